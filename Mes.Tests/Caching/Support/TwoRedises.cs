using Mes.Tests.Support;
using StackExchange.Redis;

namespace Mes.Tests.Caching.Support;

/// <summary>
/// A database, a Redis, and a replica of it that a test can make lag and can promote. Each instance has an address of
/// its own for Redis, which the test can make lead to the other one.
/// </summary>
internal sealed class TwoRedises : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(15);

    private readonly List<IAsyncDisposable> _parts = [];

    private TwoRedises(TestDatabase database, TestRedisServer primary, TestRedisServer replica, RedisWire link) =>
        (Database, Primary, Replica, Link) = (database, primary, replica, link);

    public TestDatabase Database { get; }

    public TestRedisServer Primary { get; }

    public TestRedisServer Replica { get; }

    /// <summary>The connection over which the replica gets what the primary has written.</summary>
    public RedisWire Link { get; }

    public static async Task<TwoRedises> StartAsync()
    {
        TestServers.RequireRedisProgram();
        var database = await CacheWorld.CreateDatabaseAsync();
        var primary = await TestRedisServer.StartAsync("--repl-diskless-sync-delay", "0");
        var redises = new TwoRedises(database, primary,
            await TestRedisServer.StartAsync("--repl-diskless-sync-delay", "0"), new RedisWire(primary.Port));
        await redises.BeginReplicationAsync();
        return redises;
    }

    /// <param name="redis">The port to which the instance's address leads at first. By default the primary's.</param>
    public async Task<(Instance Instance, RedisWire Address)> StartInstanceAsync(
        InstanceSettings settings, int? redis = null)
    {
        var address = Keep(new RedisWire(redis ?? Primary.Port));
        return (Keep(await Instance.StartAsync(Database.ConnectionString, address.ConnectionString, settings)),
            address);
    }

    /// <summary>Has the replica follow the primary until it has this key, and then lag.</summary>
    public async Task FollowUntilAsync(RedisKey key)
    {
        var replica = await ConnectAsync(Replica.Port);
        await replica.ExecuteAsync("REPLICAOF", "127.0.0.1", Link.Port);
        await Eventually.IsTrue(() => replica.KeyExistsAsync(key), Limit, "the replica has what the primary has");
        Link.Cut();
    }

    /// <summary>
    /// Gives the primary its first replica. The first one makes a server another data set, later ones do not.
    /// </summary>
    private async Task BeginReplicationAsync()
    {
        var replica = await ConnectAsync(Replica.Port);
        await replica.ExecuteAsync("REPLICAOF", "127.0.0.1", Primary.Port);
        await Eventually.IsTrue(async () => (await InfoAsync(Replica.Port, "master_link_status")) == "up", Limit,
            "the replica has found its primary");
        await replica.ExecuteAsync("REPLICAOF", "NO", "ONE");
    }

    /// <summary>One line of the server's replication information.</summary>
    public async Task<string?> InfoAsync(int port, string line)
    {
        var server = (await ConnectAsync(port)).Multiplexer.GetServers()[0];
        return (await server.InfoAsync()).SelectMany(group => group).FirstOrDefault(pair => pair.Key == line).Value;
    }

    /// <summary>Makes the replica an independent primary.</summary>
    public async Task PromoteAsync() => await (await ConnectAsync(Replica.Port)).ExecuteAsync("REPLICAOF", "NO", "ONE");

    public async Task<IDatabase> ConnectAsync(int port) =>
        Keep(await ConnectionMultiplexer.ConnectAsync($"127.0.0.1:{port},allowAdmin=true,abortConnect=false"))
            .GetDatabase();

    public T Keep<T>(T part)
        where T : IAsyncDisposable
    {
        _parts.Add(part);
        return part;
    }

    public async ValueTask DisposeAsync()
    {
        _parts.Reverse();
        await Parts.EndAsync([.. _parts, Link, Replica, Primary, Database]);
    }
}

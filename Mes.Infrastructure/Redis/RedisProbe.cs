using StackExchange.Redis;

namespace Mes.Infrastructure.Redis;

/// <summary>Finds out what a connection to Redis leads to, and what of the server's configuration endangers the cache.</summary>
internal sealed class RedisProbe(IConnectionMultiplexer multiplexer, TimeProvider clock)
{
    /// <summary>So many attempts fail in silence: a server that starts refuses a few.</summary>
    public const int AttemptsBeforeWarning = 5;

    /// <summary>How long to wait before the next attempt.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    /// <summary>How long an attempt may take.</summary>
    public static readonly TimeSpan Budget = TimeSpan.FromMilliseconds(500);

    private readonly IServer _server = multiplexer.GetServer(multiplexer.GetEndPoints()[0]);

    /// <summary>The number of connections that the client has opened so far: another one is another connection.</summary>
    public long Socket => _server.GetCounters().Interactive.SocketCount;

    /// <returns>Null when it cannot be told, or when it leads to a replica, which is never read from.</returns>
    public async Task<DataSet?> IdentifyAsync()
    {
        var askedAt = clock.GetTimestamp();
        var socket = Socket;
        var server = await ReadAsync("server");
        if (await NameAsync(server.GetValueOrDefault("run_id")) is not { } name)
        {
            return null;
        }

        var dangers = Dangers(await ReadAsync("memory"));
        return Socket == socket ? new DataSet(name, socket, askedAt, dangers) : null;
    }

    /// <summary>Whether the connection still leads to this data. The run id need not be asked for again: no connection outlives a process.</summary>
    public async Task<bool> IsStillAsync(DataSet dataSet) =>
        await NameAsync(dataSet.Name.Split(':')[0]) == dataSet.Name && Socket == dataSet.Socket;

    private async Task<string?> NameAsync(string? runId)
    {
        var replication = await ReadAsync("replication");
        return runId is null || replication.GetValueOrDefault("role") == "slave" ? null : DataSet.NameOf(runId, replication.GetValueOrDefault("master_replid"));
    }

    // Whether it keeps its data over a restart does not matter: every start is another epoch.
    private static string[] Dangers(Dictionary<string, string> memory) =>
        memory.GetValueOrDefault("maxmemory_policy") is { } policy && policy != "noeviction"
            ? [$"maxmemory-policy is {policy}: entries may be evicted, and are then read from the database; use noeviction"]
            : [];

    private async Task<Dictionary<string, string>> ReadAsync(string section) =>
        (await _server.InfoAsync(section)).SelectMany(group => group).GroupBy(line => line.Key).ToDictionary(group => group.Key, group => group.First().Value);
}

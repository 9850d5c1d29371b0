using System.Globalization;
using Mes.Chaos.Cluster;
using Npgsql;
using StackExchange.Redis;

namespace Mes.Benchmarks.Peers;

/// <summary>
/// A contender that takes part: its own database with the same orders, its own Redis, and as many instances as the work
/// needs.
/// </summary>
internal sealed class Peer(
    Contender contender, string assembly, PeersOptions options, string database, RedisServer? redis, Keys keys,
    string work) : IAsyncDisposable
{
    private const int ChangingOrders = 1000;

    private readonly List<PeerInstance> _instances = [];
    private ConnectionMultiplexer? _statistics;
    private int _started;

    public Contender Contender => contender;

    public Keys Keys => keys;

    public string Database => database;

    /// <summary>Null for a contender without one.</summary>
    public RedisServer? Redis => redis;

    /// <summary>An order of the seller that is never changed.</summary>
    public Guid HotOrder { get; private set; }

    /// <summary>The orders that the callers change.</summary>
    public IReadOnlyList<ChangingOrder> Orders { get; private set; } = [];

    public async Task PrepareAsync()
    {
        HotOrder = (await QueryAsync(
            database,
            "SELECT id, version FROM orders WHERE seller_id = 'alpha' AND status = 'SHIPPED' ORDER BY id DESC LIMIT 1"))
            [0].Id;
        Orders = [.. (await QueryAsync(
            database,
            "SELECT id, version FROM orders WHERE status = 'MANUFACTURING_APPROVED' ORDER BY id DESC "
            + $"LIMIT {ChangingOrders}")).Select(order => new ChangingOrder(order.Id, order.Version, keys))];
    }

    /// <summary>Starts instances until there are so many.</summary>
    public async Task<IReadOnlyList<PeerInstance>> InstancesAsync(int count)
    {
        while (_instances.Count < count)
        {
            _instances.Add(await StartAsync(redis?.Port));
        }

        return [.. _instances.Take(count)];
    }

    /// <summary>Starts an instance that reaches Redis at this port.</summary>
    public async Task<PeerInstance> StartAsync(int? redisPort)
    {
        var instance = new PeerInstance($"{contender.Name}-{++_started}", work, options.Assembly);
        string[] command = contender.Kind == ContenderKind.OtherCache
            ? [assembly, "--contender", contender.Name]
            : [assembly];
        await instance.StartAsync(command, database, redisPort);
        return instance;
    }

    /// <summary>What these instances, the Redis and the database have used so far.</summary>
    public async Task<Costs> CostsAsync(IReadOnlyList<PeerInstance> instances)
    {
        var (allocated, cpu) = (0.0, 0.0);
        foreach (var instance in instances)
        {
            var used = await instance.UsedAsync();
            (allocated, cpu) = (allocated + used.Allocated, cpu + used.Cpu);
        }

        var info = await InfoAsync();
        return new Costs(
            cpu,
            1000 * (info.GetValueOrDefault("used_cpu_user") + info.GetValueOrDefault("used_cpu_sys")),
            info.GetValueOrDefault("total_commands_processed"),
            await StatementsAsync(),
            allocated);
    }

    /// <summary>The number of submitted orders, by the database.</summary>
    public async Task<long> SubmittedAsync()
    {
        await using var connection = await ConnectAsync(database);
        await using var command =
            new NpgsqlCommand("SELECT count(*) FROM orders WHERE status = 'SUBMITTED'", connection);
        return (long)(await command.ExecuteScalarAsync())!;
    }

    /// <summary>Reads orders: the statement selects id and version.</summary>
    public static async Task<IReadOnlyList<(Guid Id, int Version)>> QueryAsync(string database, string sql)
    {
        await using var connection = await ConnectAsync(database);
        await using var command = new NpgsqlCommand(sql, connection);
        await using var rows = await command.ExecuteReaderAsync();
        List<(Guid, int)> found = [];
        while (await rows.ReadAsync())
        {
            found.Add((rows.GetGuid(0), rows.GetInt32(1)));
        }

        return found;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var instance in _instances)
        {
            await instance.DisposeAsync();
        }

        if (_statistics is not null)
        {
            await _statistics.DisposeAsync();
        }
    }

    private static async Task<NpgsqlConnection> ConnectAsync(string connectionString)
    {
        var connection = new NpgsqlConnection(connectionString + ";Pooling=false;Command Timeout=300");
        await connection.OpenAsync();
        return connection;
    }

    private async Task<double> StatementsAsync()
    {
        await using var connection = await ConnectAsync(database);
        await using var command = new NpgsqlCommand(
            """
            SELECT coalesce(sum(calls), 0)::double precision FROM pg_stat_statements
            WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
              AND query NOT LIKE '%pg_stat_statements%'
            """,
            connection);
        return (double)(await command.ExecuteScalarAsync())!;
    }

    /// <summary>The numbers that Redis reports, over a connection that stays open.</summary>
    private async Task<Dictionary<string, double>> InfoAsync()
    {
        if (redis is null)
        {
            return [];
        }

        _statistics ??= await ConnectionMultiplexer.ConnectAsync($"127.0.0.1:{redis.Port},allowAdmin=true");
        var server = _statistics.GetServer(_statistics.GetEndPoints()[0]);
        var numbers = new Dictionary<string, double>();
        foreach (var section in await server.InfoAsync())
        {
            foreach (var (name, text) in section)
            {
                if (double.TryParse(text, CultureInfo.InvariantCulture, out var number))
                {
                    numbers[name] = number;
                }
            }
        }

        return numbers;
    }
}

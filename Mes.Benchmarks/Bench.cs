using Mes.Chaos.Cluster;
using Npgsql;

namespace Mes.Benchmarks;

/// <summary>
/// The servers of a run: one PostgreSQL with durability on, as in production, and one Redis. Each suite gets databases
/// of its own.
/// </summary>
internal sealed class Bench : IAsyncDisposable
{
    private readonly PostgresServer _postgres;
    private readonly List<Service> _services = [];
    private readonly List<RedisServer> _redises = [];
    private readonly string _assembly;

    private Bench(IReadOnlyList<int> sizes, TimeSpan duration, string assembly, string work)
    {
        (Sizes, Duration, _assembly, WorkDirectory) = (sizes, duration, assembly, work);
        _postgres = new PostgresServer(
            Path.Combine(work, "postgres"),
            "shared_buffers=1GB",
            "max_wal_size=4GB",
            "max_connections=1000",
            "shared_preload_libraries=pg_stat_statements");
    }

    public IReadOnlyList<int> Sizes { get; }

    /// <summary>How long one measurement lasts.</summary>
    public TimeSpan Duration { get; }

    public string WorkDirectory { get; }

    public string ServiceAssembly => _assembly;

    public RedisServer Redis => _redises[0];

    public static async Task<Bench> StartAsync(
        IReadOnlyList<int> sizes, TimeSpan duration, string assembly, string work)
    {
        Directory.CreateDirectory(work);
        var bench = new Bench(sizes, duration, assembly, work);
        await bench._postgres.InitializeAsync();
        await bench.StartRedisAsync("redis");
        return bench;
    }

    /// <summary>Creates a database.</summary>
    /// <param name="template">The database to copy, to which nothing is connected; null for an empty one.</param>
    /// <returns>The connection string of the new database.</returns>
    public async Task<string> CreateDatabaseAsync(string name, string? template = null)
    {
        await using var connection =
            new NpgsqlConnection(_postgres.ConnectionString + ";Pooling=false;Command Timeout=900");
        await connection.OpenAsync();
        var copy = template is null ? "" : $" TEMPLATE {template} STRATEGY file_copy";
        await using var command = new NpgsqlCommand($"CREATE DATABASE {name}{copy}", connection);
        await command.ExecuteNonQueryAsync();
        return _postgres.ConnectionString.Replace("Database=postgres", $"Database={name}", StringComparison.Ordinal);
    }

    /// <summary>
    /// Starts another Redis. A second installation needs one, because a Redis serves only one installation.
    /// </summary>
    public async Task<RedisServer> StartRedisAsync(string name)
    {
        var redis = new RedisServer(WorkDirectory, name);
        _redises.Add(redis);
        await redis.StartAsync();
        return redis;
    }

    /// <summary>Starts an instance of the service and waits until it is ready.</summary>
    /// <param name="redisPort">Null turns the cache off.</param>
    /// <param name="settings">Further settings, as environment variables.</param>
    public Task<Service> StartServiceAsync(
        string name, string database, int? redisPort, params (string Key, string Value)[] settings) =>
        StartServiceAsync(name, _assembly, database, redisPort, settings);

    /// <summary>Starts an instance of another build of the service and waits until it is ready.</summary>
    public async Task<Service> StartServiceAsync(
        string name, string assembly, string database, int? redisPort, params (string Key, string Value)[] settings)
    {
        var service = new Service(name, assembly, database, redisPort, WorkDirectory, settings);
        _services.Add(service);
        await service.StartAsync();
        return service;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var service in _services)
        {
            await service.DisposeAsync();
        }

        foreach (var redis in _redises)
        {
            await redis.DisposeAsync();
        }

        await _postgres.DisposeAsync();
    }
}

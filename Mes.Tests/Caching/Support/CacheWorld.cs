using Mes.Infrastructure.Persistence;
using Mes.Infrastructure.Persistence.Postgres;
using Mes.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using StackExchange.Redis;

namespace Mes.Tests.Caching.Support;

/// <summary>
/// A PostgreSQL database, a Redis of its own, and two instances of the service on both. The tests of this namespace
/// share it. They run one after the other, each with orders of its own.
/// </summary>
internal sealed class CacheWorld : IAsyncDisposable
{
    private static CacheWorld? _shared;

    private readonly string[] _arguments;

    private CacheWorld(
        TestDatabase database, TestRedisServer redisServer, IConnectionMultiplexer connection, string[] arguments) =>
        (Database, RedisServer, Connection, _arguments) = (database, redisServer, connection, arguments);

    public TestDatabase Database { get; }

    public TestRedisServer RedisServer { get; }

    public IConnectionMultiplexer Connection { get; }

    public IDatabase Redis => Connection.GetDatabase();

    public Instance A { get; private set; } = null!;

    public Instance B { get; private set; } = null!;

    public static async Task<CacheWorld> SharedAsync() => _shared ??= await StartAsync();

    public static async Task DisposeSharedAsync()
    {
        if (_shared is { } shared)
        {
            _shared = null;
            await shared.DisposeAsync();
        }
    }

    public Task<Instance> StartInstanceAsync(InstanceSettings? settings = null)
    {
        settings ??= new InstanceSettings();
        return Instance.StartAsync(
            Database.ConnectionString,
            RedisServer.ConnectionString,
            settings with { Arguments = [.. _arguments, .. settings.Arguments] });
    }

    public async Task<T> ScalarAsync<T>(string sql)
    {
        await using var connection = new NpgsqlConnection(Database.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    public async Task ExecuteAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(Database.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Evicts the entry of an order, and nothing else.</summary>
    public async Task EvictAsync(Guid orderId)
    {
        if (!await Redis.KeyDeleteAsync(A.EntryKey(orderId)))
        {
            throw new InvalidOperationException("There was no entry to evict.");
        }
    }

    /// <summary>Has an order's lease run out before its time.</summary>
    public Task LapseAsync(Guid orderId) => Redis.KeyDeleteAsync(A.LeaseKey(orderId));

    public Task FlushAsync() => Connection.GetServers()[0].FlushAllDatabasesAsync();

    /// <summary>Makes the order's outbox rows due now, instead of when their writer's time is over.</summary>
    public Task MakeDueAsync(Guid orderId) =>
        ExecuteAsync(
            $"UPDATE outbox SET due_at = clock_timestamp() - interval '1 second' WHERE order_id = '{orderId:D}'");

    public Task<long> OutboxRowsAsync(Guid orderId) =>
        ScalarAsync<long>($"SELECT count(*) FROM outbox WHERE order_id = '{orderId:D}'");

    public Task<long> HistoryRowsAsync(Guid orderId) =>
        ScalarAsync<long>($"SELECT count(*) FROM order_history WHERE order_id = '{orderId:D}'");

    /// <returns>The versions that the feed tells of the order, as "1,2", in the feed's order.</returns>
    public Task<string> ToldVersionsAsync(Guid orderId) =>
        ScalarAsync<string>($"""
            SELECT coalesce(string_agg(version::text, ',' ORDER BY position), '') FROM events
            WHERE order_id = '{orderId:D}'
            """);

    public async ValueTask DisposeAsync()
    {
        foreach (var instance in new[] { A, B })
        {
            await instance.DisposeAsync();
        }

        await Connection.DisposeAsync();
        await RedisServer.DisposeAsync();
        await Database.DisposeAsync();
    }

    /// <summary>Starts a world of its own, for tests that do something to Redis that would disturb others.</summary>
    /// <param name="arguments">Settings of all its instances.</param>
    public static async Task<CacheWorld> StartAsync(params string[] arguments)
    {
        TestServers.RequireRedisProgram();
        var database = await CreateDatabaseAsync();
        var redis = await TestRedisServer.StartAsync();
        var world = new CacheWorld(
            database,
            redis,
            await ConnectionMultiplexer.ConnectAsync($"{redis.ConnectionString},allowAdmin=true"),
            arguments);
        world.A = await world.StartInstanceAsync();
        world.B = await world.StartInstanceAsync();
        return world;
    }

    /// <summary>Creates a database with the schema, for a world that is built in another way.</summary>
    public static async Task<TestDatabase> CreateDatabaseAsync()
    {
        var database = await TestDatabase.CreateAsync();
        await MigrateAsync(database);
        return database;
    }

    private static async Task MigrateAsync(TestDatabase database)
    {
        await using var engine = new PostgresEngine(database.ConnectionString);
        var options = new DbContextOptionsBuilder<MesDbContext>();
        engine.Configure(options);
        await using var context = new MesDbContext(options.Options);
        await context.Database.MigrateAsync();
    }
}

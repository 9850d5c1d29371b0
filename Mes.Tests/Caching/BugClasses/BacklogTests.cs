using Mes.Application.Board.GetBoard;
using Mes.Application.Caching;
using Mes.Application.Messaging;
using Mes.Infrastructure.Outbox;
using Mes.Tests.Caching.Support;
using Mes.Tests.Support;
using Npgsql;
using NUnit.Framework;

namespace Mes.Tests.Caching.BugClasses;

/// <summary>
/// However much an outage leaves behind, the cache is in use again after the same time. No statement on the way there
/// reads more than a bounded part of the backlog, and no row of it is repaired one by one.
/// </summary>
[TestFixture(1)]
[TestFixture(4)]
[Category("Servers")]
[NonParallelizable]
internal sealed class BacklogTests(int cells)
{
    private const int Rows = 200_000;

    /// <summary>How many rows of the outbox a statement may read: one portion, with some to spare.</summary>
    private const double MaxRead = 3 * OutboxBacklog.Portion;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(15);

    /// <summary>How long it may take until the cache is in use again.</summary>
    private static readonly TimeSpan Promised = TimeSpan.FromSeconds(5);

    private readonly OutboxStatements _statements = new();
    private TestDatabase? _database;
    private TestRedisServer? _redis;
    private Instance? _instance;
    private List<Guid> _orders = [];

    private Instance Instance => _instance!;

    [SetUp]
    public async Task StartAsync()
    {
        _statements.Forget();
        _database = await CacheWorld.CreateDatabaseAsync();
        _redis = await TestRedisServer.StartAsync();
        _instance = await StartInstanceAsync();
        _orders = [];
        for (var i = 0; i < 4 * cells; i++)
        {
            _orders.Add(Commands.NewOrderId());
            await Instance.ChangeAsync(Commands.Submit(_orders[i]));
        }

        await Eventually.IsTrue(async () => await CountAsync("true") == 0, Limit, "the rows of the orders are swept");
        await UntilEverythingIsAHitAsync();
    }

    [TearDown]
    public Task EndAsync() => Parts.EndAsync(_instance, _redis, _database);

    [Test]
    public async Task Class_38_recovery_grows_with_the_outage()
    {
        var before = await EpochsAsync();
        await LeaveAsync(Rows);
        await Instance.PollAsync();
        Assert.That((await Instance.ReadReportedAsync(_orders[0])).Report.Detail, Is.EqualTo("no-licence"),
            "the rows are too many for a licence to name their orders");

        // One pass of the relay repairs nothing and begins a new epoch in every cell.
        await Instance.RelayAsync();
        Assert.That((await EpochsAsync()).Zip(before, (now, then) => now > then), Has.All.True);

        // All the rows are still there, and they keep no read from being a hit.
        await UntilEverythingIsAHitAsync();
        Assert.That(await CountAsync("overdue_at IS NOT NULL"), Is.EqualTo(Rows));
        Assert.That(await _statements.ObjectionsAsync(_database!.ConnectionString, MaxRead), Is.Empty);

        await Instance.RelayAsync();
        Assert.That(await CountAsync("true"), Is.Zero, "the relay deletes them, because the new epoch lacks nothing");
        Assert.That(_statements.Texts,
            Has.Some.StartsWith("DELETE FROM outbox").And.Some.StartsWith("UPDATE outbox SET due_at"));
    }

    [Test]
    public async Task Class_38_with_the_relay_running_it_is_over_by_itself()
    {
        await using var relaying = await StartInstanceAsync(relay: true);
        await LeaveAsync(Rows);

        await Eventually.IsTrue(async () => await CountAsync("true") == 0, TimeSpan.FromSeconds(60), "all are deleted");
        await UntilEverythingIsAHitAsync();
    }

    /// <summary>
    /// Rows marked by hand, or by the previous version of the service, which knows neither cells nor epochs.
    /// </summary>
    [Test]
    public async Task Class_38_what_was_marked_without_an_epoch_is_as_soon_over()
    {
        await using var relaying = await StartInstanceAsync(relay: true);
        await ExecuteAsync($"""
            INSERT INTO outbox (order_id, version, tags, overdue_at, due_at, attempts)
            SELECT gen_random_uuid(), 1, 'orders seller:alpha status:SUBMITTED', clock_timestamp(), clock_timestamp(), 0
            FROM generate_series(1, {Rows})
            """);
        await Eventually.IsTrue(
            async () => await IsAHitAsync(Instance, new GetBoard(20))
                && await IsAHitAsync(Instance, Commands.List()), Promised, "lists and board are hits");

        Assert.That(await CountAsync("overdue_epoch IS NULL"), Is.Zero);
    }

    [Test]
    public async Task A_few_are_repaired_and_begin_no_epoch()
    {
        var before = await EpochsAsync();
        await ExecuteAsync($"""
            INSERT INTO outbox (order_id, version, tags, overdue_at, due_at, attempts, cell, overdue_epoch)
            SELECT o.id, 1, 'orders seller:alpha', clock_timestamp(), clock_timestamp(), 0, 0, (SELECT epoch FROM cache_cells WHERE cell = 0)
            FROM orders AS o, generate_series(1, {OutboxBacklog.MaxRepaired / (8 * cells)})
            """);

        await Instance.RelayAsync();

        Assert.That(await CountAsync("true"), Is.Zero);
        Assert.That(await EpochsAsync(), Is.EqualTo(before));
    }

    /// <summary>Leaves rows as an outage does: marked overdue in the current epoch of their cell.</summary>
    private Task LeaveAsync(int rows) => ExecuteAsync($"""
        INSERT INTO outbox (order_id, version, tags, overdue_at, due_at, attempts, cell, overdue_epoch)
        SELECT gen_random_uuid(), 1, 'orders seller:alpha status:SUBMITTED', clock_timestamp(), clock_timestamp(), 0, k.cell, k.epoch
        FROM generate_series(1, {rows}) AS i JOIN cache_cells AS k ON k.cell = i % {cells};
        ANALYZE outbox
        """);

    private Task<Instance> StartInstanceAsync(bool relay = false) => Instance.StartAsync(
        _database!.ConnectionString,
        _redis!.ConnectionString,
        new InstanceSettings
        {
            Clock = TimeProvider.System, // An instance settles a new epoch once it has watched it for T and the margin.
            RelayHeld = !relay,
            IndexesHeld = false,
            Arguments = [$"--Mes:Cache:Cells={cells}"],
            Services = _statements.AddTo,
        });

    private async Task UntilEverythingIsAHitAsync()
    {
        foreach (var id in _orders)
        {
            await Eventually.IsTrue(async () =>
                (await Instance.ReadReportedAsync(id)).Report.Outcome == CacheOutcome.Hit, Limit, "an order is a hit");
        }

        await Instance.UntilHitAsync(new GetBoard(20));
        await Instance.UntilHitAsync(Commands.List());
    }

    private static async Task<bool> IsAHitAsync<T>(Instance instance, IQuery<T> query) =>
        (await instance.QueryAsync(query)).Report is { Outcome: CacheOutcome.Hit, IsUnverified: false };

    private async Task<long[]> EpochsAsync() =>
        await ScalarAsync<long[]>("SELECT array_agg(epoch ORDER BY cell) FROM cache_cells");

    private Task<long> CountAsync(string which) => ScalarAsync<long>($"SELECT count(*) FROM outbox WHERE {which}");

    private async Task<T> ScalarAsync<T>(string sql)
    {
        await using var connection = new NpgsqlConnection(_database!.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 60 };
        return (T)(await command.ExecuteScalarAsync())!;
    }

    private async Task ExecuteAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(_database!.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 60 };
        await command.ExecuteNonQueryAsync();
    }
}

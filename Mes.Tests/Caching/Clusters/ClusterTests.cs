using Mes.Application.Board.GetBoard;
using Mes.Application.Caching;
using Mes.Infrastructure.Coordination;
using Mes.Infrastructure.Redis;
using Mes.Tests.Caching.Support;
using Mes.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using NUnit.Framework;

namespace Mes.Tests.Caching.Clusters;

/// <summary>Two instances on a real Redis Cluster whose masters are killed and replaced.</summary>
[Category("Servers")]
[NonParallelizable]
internal sealed class ClusterTests
{
    private const int CellCount = 12;
    private const int OrderCount = 60;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private TestRedisCluster _cluster = null!;
    private TestDatabase _database = null!;
    private Instance _a = null!;
    private Instance _b = null!;
    private Guid[] _orders = [];

    [SetUp]
    public async Task StartAsync()
    {
        _cluster = await TestRedisCluster.StartAsync();
        _database = await CacheWorld.CreateDatabaseAsync();
        _a = await StartInstanceAsync(CellCount);
        _b = await StartInstanceAsync(CellCount);
        _orders = await Task.WhenAll(Enumerable.Range(0, OrderCount).Select(async _ =>
        {
            var id = Commands.NewOrderId();
            await _a.ChangeAsync(Commands.Submit(id));
            await _a.ChangeAsync(Commands.Price(id));
            await _a.ChangeAsync(Commands.Approve(id));
            return id;
        }));
        await UntilAllAreHitsAsync(_a, _b);
    }

    [TearDown]
    public Task EndAsync() => Parts.EndAsync(_b, _a, _database, _cluster);

    [Test]
    public async Task Orders_are_spread_over_the_cells_and_the_cells_over_the_masters()
    {
        var cells = _orders.Select(CellOf).Distinct().ToArray();
        var masters = new HashSet<int>();
        foreach (var cell in Enumerable.Range(0, CellCount))
        {
            var master = await _cluster.MasterOfAsync(KeyIn(cell));
            masters.Add(master.Port);
            Assert.That(Connected(_a, cell)!.Name, Does.StartWith(await _cluster.RunIdAsync(master)));
            Assert.That(State(_a, cell).DataSet, Is.EqualTo(Connected(_a, cell)!.Name));
        }

        Assert.That(cells, Has.Length.GreaterThan(CellCount / 2));
        Assert.That(masters, Has.Count.EqualTo(3));
    }

    [Test]
    public async Task A_master_that_is_killed_under_load_breaks_no_promise_and_does_not_stop_the_other_cells()
    {
        await using var load = new ClusterLoad([_a, _b], _orders);
        load.Start();
        await Eventually.IsTrue(() => load.Changes > 200, Limit, "the load runs");

        var killed = await _cluster.MasterOfAsync(KeyIn(CellOf(_orders[0])));
        var replica = await _cluster.ReplicaOfAsync(killed);
        var lost = await CellsOfAsync(killed);
        var runId = await _cluster.RunIdAsync(killed);
        var before = States(_a);
        Assert.That(lost, Has.Length.InRange(1, CellCount - 1));
        await _cluster.LetTakeOverAsync(replica, false);
        await killed.StopAsync();

        // Notice the outage: it lasts from now until the replica takes the master's place.
        await Eventually.IsTrue(() => lost.All(cell => Health(_a).Connected(cell) is null), Limit,
            "the instance notices it");
        var elsewhere = _orders.Where(id => !lost.Contains(CellOf(id))).ToArray();
        var hitsBefore = elsewhere.Sum(load.HitsOf);
        var changesBefore = load.Changes;
        await Eventually.IsTrue(
            () => elsewhere.Sum(load.HitsOf) > hitsBefore + 100, Limit, "the other cells still answer");
        await _cluster.LetTakeOverAsync(replica, true);
        await Eventually.IsTrue(() => lost.All(cell => !IsAt(State(_a, cell), runId)), Limit,
            "the database names the replica");

        await UntilAllAreHitsAsync(_a, _b);
        await Eventually.IsTrue(() => load.Changes > changesBefore + 200, Limit, "changes go on");
        await load.StopAsync();

        Assert.That(load.Violations, Is.Empty);
        await UntilStatisticsAreHitsAsync();
        var after = States(_a);
        Assert.Multiple(() =>
        {
            Assert.That(Cells().Where(cell => after[cell].Epoch != before[cell].Epoch), Is.EquivalentTo(lost),
                "a new epoch for its cells, and for no other");
            Assert.That(after.Where(state => IsAt(state, runId)), Is.Empty);
        });
        TestContext.Out.WriteLine($"{load.Changes} changes, {load.Reads} reads");
    }

    [Test]
    public async Task A_master_that_stands_still_under_load_is_replaced_and_not_believed_when_it_wakes()
    {
        await using var load = new ClusterLoad([_a, _b], _orders);
        load.Start();
        await Eventually.IsTrue(() => load.Changes > 200, Limit, "the load runs");

        var paused = await _cluster.MasterOfAsync(KeyIn(CellOf(_orders[0])));
        var lost = await CellsOfAsync(paused);
        var runId = await _cluster.RunIdAsync(paused);
        await paused.PauseAsync();
        await Eventually.IsTrue(() => lost.All(cell => !IsAt(State(_a, cell), runId)), Limit,
            "the database names the replica");
        await paused.ResumeAsync();

        await UntilAllAreHitsAsync(_a, _b);
        var changes = load.Changes;
        await Eventually.IsTrue(() => load.Changes > changes + 200, Limit, "changes go on");
        await load.StopAsync();

        Assert.That(load.Violations, Is.Empty);
        await UntilStatisticsAreHitsAsync();
        Assert.That(States(_b).Where(state => IsAt(state, runId)), Is.Empty);
    }

    [Test]
    public async Task A_replica_that_takes_over_while_its_master_is_there_is_a_new_epoch_of_its_cells()
    {
        var master = await _cluster.MasterOfAsync(KeyIn(CellOf(_orders[0])));
        var replica = await _cluster.ReplicaOfAsync(master);
        var moved = await CellsOfAsync(master);
        var before = States(_a);
        await using var load = new ClusterLoad([_a, _b], _orders);
        load.Start();

        await _cluster.FailOverToAsync(replica);
        var runId = await _cluster.RunIdAsync(replica);
        await Eventually.IsTrue(() => moved.All(cell => IsAt(State(_a, cell), runId)), Limit,
            "the database names the replica");
        await UntilAllAreHitsAsync(_a, _b);
        await load.StopAsync();

        Assert.That(load.Violations, Is.Empty);
        await UntilStatisticsAreHitsAsync();
        Assert.That(Cells().Where(cell => State(_a, cell).Epoch != before[cell].Epoch), Is.EquivalentTo(moved));
    }

    [Test]
    public async Task Class_37_a_cell_that_moves_to_a_master_that_has_cells_already_is_used_there_and_back_again()
    {
        var from = await _cluster.MasterOfAsync(KeyIn(CellOf(_orders[0])));
        var moved = await CellsOfAsync(from);
        var to = (await _cluster.MastersAsync()).First(master => master != from);
        var runIdOfTo = await _cluster.RunIdAsync(to);
        var before = States(_a);
        await using var load = new ClusterLoad([_a, _b], _orders);
        load.Start();
        await Eventually.IsTrue(() => load.Changes > 100, Limit, "the load runs");

        // Move the cells slot by slot, with their keys, while they are read and written.
        foreach (var cell in moved)
        {
            await _cluster.MoveSlotAsync(KeyIn(cell), from, to);
        }

        await Eventually.IsTrue(
            () => moved.All(cell => IsAt(State(_a, cell), runIdOfTo) && IsAt(State(_b, cell), runIdOfTo)), Limit,
                "the database names the other master");
        await UntilAllAreHitsAsync(_a, _b);
        await _cluster.MoveSlotAsync(KeyIn(moved[0]), to, from);
        var runIdOfFrom = await _cluster.RunIdAsync(from);
        await Eventually.IsTrue(
            () => IsAt(State(_a, moved[0]), runIdOfFrom), Limit,
            "the database names the first master again for one of the cells");
        await UntilAllAreHitsAsync(_a, _b);
        await load.StopAsync();

        Assert.That(load.Violations, Is.Empty);
        await UntilStatisticsAreHitsAsync();
        Assert.That(Cells().Where(cell => State(_a, cell).Epoch != before[cell].Epoch), Is.EquivalentTo(moved),
            "a new epoch for its cells, and for no other");
        TestContext.Out.WriteLine($"{load.Changes} changes, {load.Reads} reads");
    }

    [Test]
    public async Task Class_37_the_cells_of_a_master_that_is_lost_for_good_are_used_at_another_that_has_cells_already()
    {
        var lostMaster = await _cluster.MasterOfAsync(KeyIn(CellOf(_orders[0])));
        var lost = await CellsOfAsync(lostMaster);
        var replica = await _cluster.ReplicaOfAsync(lostMaster);
        var to = (await _cluster.MastersAsync()).First(master => master != lostMaster);
        var runId = await _cluster.RunIdAsync(to);
        await replica.StopAsync();
        await lostMaster.StopAsync();
        await Eventually.IsTrue(() => lost.All(cell => Health(_a).Connected(cell) is null), Limit,
            "the instance notices it");

        await _cluster.TakeOverAsync([.. lost.Select(KeyIn)], to);

        await Eventually.IsTrue(
            () => lost.All(cell => IsAt(State(_a, cell), runId)), Limit, "the database names the other master");
        await UntilAllAreHitsAsync(_a, _b);
    }

    [Test]
    public async Task An_outage_mark_of_one_cell_takes_no_other_cell_out_of_the_cache()
    {
        var there = _orders[0];
        var elsewhere = _orders.First(id => CellOf(id) != CellOf(there));

        await MarkAsync(CellOf(there), CellCount);
        await _a.PollAsync();
        await IsLeftOutAsync(async () => (await _a.ReadReportedAsync(there)).Report);
        await IsLeftOutAsync(async () => (await _a.QueryAsync(Commands.List(100))).Report); // A list needs every cell.
        await _a.HitAsync(elsewhere);

        // This mark is from an instance that is set to another number of cells. No instance can tell which of its own
        // cells the mark means.
        await MarkAsync(CellOf(there), CellCount + 1);
        await _a.PollAsync();
        await IsLeftOutAsync(async () => (await _a.ReadReportedAsync(elsewhere)).Report);

        // Redis may have been too slow at first. A hit fails the test at once.
        static Task IsLeftOutAsync(Func<Task<CacheReport>> read) => Eventually.IsTrue(
            async () =>
            {
                var report = await read();
                Assert.That(report.Outcome, Is.EqualTo(CacheOutcome.Bypass));
                return report.Detail == BypassReason.NoLicence.Name;
            },
            Hits.Limit,
            "no licence covers it");
    }

    [Test]
    public async Task The_instance_that_was_started_last_decides_how_many_cells_there_are()
    {
        var before = States(_a);
        await using (var other = await StartInstanceAsync(5))
        {
            // The other instances leave the cache alone. Their changes are still visible at once.
            await Eventually.IsTrue(async () => (await _b.ReadReportedAsync(_orders[0])).Report.Detail == "other-cells",
                Limit, "the instance notices it");
            await UntilAllAreHitsAsync(other);
            foreach (var id in _orders.Take(5))
            {
                var changed = await _a.ChangeAsync(Commands.Claim(id));
                Assert.That(await other.VersionSeenAsync(id), Is.EqualTo(changed.Version));
                Assert.That(await _b.VersionSeenAsync(id), Is.EqualTo(changed.Version));
                changed = await other.ChangeAsync(Commands.Release(id));
                Assert.That(await _b.VersionSeenAsync(id), Is.EqualTo(changed.Version));
            }

            Assert.That(States(other), Has.Length.EqualTo(5));
            await UntilAllAreHitsAsync(other);
        }

        await using var last = await StartInstanceAsync(CellCount);
        await UntilAllAreHitsAsync(_a, _b, last);
        Assert.That(Cells().Where(cell => State(_a, cell).Epoch <= before[cell].Epoch), Is.Empty,
            "no cell has an epoch that it had before");
        foreach (var id in _orders.Take(5))
        {
            Assert.That(await _a.VersionSeenAsync(id), Is.EqualTo((await last.ReadAsync(id))!.Version));
        }
    }

    private static IEnumerable<int> Cells() => Enumerable.Range(0, CellCount);

    private static string KeyIn(int cell) => $"mes:{{{cell}}}:";

    private int CellOf(Guid id) => _a.Host.Services.GetRequiredService<Cells>().Of(id);

    private static ICacheHealth Health(Instance instance) => instance.Host.Services.GetRequiredService<ICacheHealth>();

    private static DataSet? Connected(Instance instance, int cell) => Health(instance).Connected(cell);

    private static CellState[] States(Instance instance) => [.. instance.Poll.Latest!.Cells];

    private static CellState State(Instance instance, int cell) => instance.Poll.Latest!.Cells[cell];

    private static bool IsAt(CellState state, string runId) =>
        state.DataSet?.StartsWith(runId, StringComparison.Ordinal) == true;

    private async Task<int[]> CellsOfAsync(TestRedisServer master)
    {
        List<int> cells = [];
        foreach (var cell in Cells())
        {
            if (await _cluster.MasterOfAsync(KeyIn(cell)) == master)
            {
                cells.Add(cell);
            }
        }

        return [.. cells];
    }

    /// <summary>
    /// Starts an instance with the usual clock, and with a timeout that lets it notice a master that stands still.
    /// </summary>
    private Task<Instance> StartInstanceAsync(int cells) =>
        Instance.StartAsync(_database.ConnectionString, _cluster.ConnectionString, new InstanceSettings
        {
            Clock = TimeProvider.System,
            RelayHeld = false,
            IndexesHeld = false,
            Arguments = [$"--Mes:Cache:Cells={cells}", "--Mes:Cache:ReadTimeout=00:00:00.250"],
        });

    /// <summary>Waits until the cache answers every order, the list and the board.</summary>
    private async Task UntilAllAreHitsAsync(params Instance[] instances)
    {
        foreach (var instance in instances)
        {
            foreach (var id in _orders)
            {
                await instance.UntilHitAsync(id);
            }

            await instance.UntilHitAsync(Commands.List(100));
            await instance.UntilHitAsync(new GetBoard(100));
        }
    }

    /// <summary>
    /// Waits until the statistics are a hit. They cannot be one while orders are changed, for every change renews their
    /// tags.
    /// </summary>
    private async Task UntilStatisticsAreHitsAsync()
    {
        foreach (var instance in new[] { _a, _b })
        {
            await instance.UntilHitAsync(ClusterLoad.Throughput());
        }
    }

    private async Task MarkAsync(int cell, int cells)
    {
        await using var connection = new NpgsqlConnection(_database.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(
            $"INSERT INTO outage_marks (instance, cell, cells, set_at, expires_at) VALUES ('{cells}', {cell}, {cells}, clock_timestamp(), clock_timestamp() + interval '1 minute')",
            connection);
        await command.ExecuteNonQueryAsync();
    }
}

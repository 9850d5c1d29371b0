using Mes.Application.Caching;
using Mes.Application.Persistence;
using Mes.Infrastructure.Caching.Keys;
using Mes.Infrastructure.Caching.Scripts;
using Mes.Infrastructure.Coordination;
using Mes.Infrastructure.Redis;
using Mes.Tests.Caching.Support;
using Mes.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using NUnit.Framework;
using StackExchange.Redis;

namespace Mes.Tests.Caching.BugClasses;

/// <summary>
/// The same address comes to lead to another Redis, with older data, while the instances keep running. They never read
/// the older data, and they use the new Redis from then on. They do not trust an old master that still answers.
/// </summary>
[Category("Servers")]
[NonParallelizable]
internal sealed class DataSetTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(15);
    private static readonly InstanceSettings Real = new() { Clock = TimeProvider.System };

    private TwoRedises _redises = null!;
    private Instance _a = null!;
    private Instance _b = null!;
    private RedisWire _addressOfA = null!;
    private RedisWire _addressOfB = null!;

    /// <summary>The key of the order's entry in the epoch before the test changed anything.</summary>
    private RedisKey _oldKey;

    [SetUp]
    public async Task StartAsync()
    {
        _redises = await TwoRedises.StartAsync();
        (_a, _addressOfA) = await _redises.StartInstanceAsync(Real);
        (_b, _addressOfB) = await _redises.StartInstanceAsync(Real);
    }

    [TearDown]
    public Task EndAsync() => Parts.EndAsync(_redises);

    [Test]
    public async Task Class_15_failover_loss()
    {
        var (id, epoch) = await FailOverToALaggingReplicaAsync();

        await NothingOldIsToldAndItIsUsedAgainAsync(id, epoch);
    }

    [Test]
    public async Task Class_15_without_another_epoch_for_another_Redis_the_old_status_is_told()
    {
        var (id, epoch) = await FailOverToALaggingReplicaAsync();

        Assert.That(await TrustingReaderSeesAsync(id, epoch, _redises.Replica.Port), Is.EqualTo(1));
    }

    [Test]
    public async Task Class_26_old_data_set()
    {
        var (id, epoch) = await RestartFromAnOldDumpAsync();

        await NothingOldIsToldAndItIsUsedAgainAsync(id, epoch);
    }

    [Test]
    public async Task Class_26_without_another_epoch_for_another_Redis_the_old_status_is_told()
    {
        var (id, epoch) = await RestartFromAnOldDumpAsync();

        Assert.That(await TrustingReaderSeesAsync(id, epoch, _redises.Primary.Port), Is.EqualTo(1));
    }

    [Test]
    public async Task Class_26_old_data_set_that_comes_back_a_second_time()
    {
        var (id, epoch) = await RestartFromAnOldDumpAsync();
        await NothingOldIsToldAndItIsUsedAgainAsync(id, epoch);
        var second = _a.Epoch;

        await _redises.Primary.RestartAsync();

        await NothingOldIsToldAndItIsUsedAgainAsync(id, second);
        Assert.That(
            _a.Epoch, Is.Not.EqualTo(epoch), "the number of an epoch whose keys still exist is not used again");
    }

    [TestCase(60)]
    [TestCase(-60)]
    public async Task Class_40_another_Redis_is_used_whatever_the_databases_clock_says(int minutes)
    {
        var id = await SubmittedAsync();
        var epoch = _a.Epoch;
        await ExecuteAsync($"UPDATE cache_cells SET since = since + interval '{minutes} minutes'");

        await _redises.Primary.RestartAsync();
        await Eventually.IsTrue(
            () => IsInAnotherEpoch(_a, epoch) && IsInAnotherEpoch(_b, epoch), Limit,
            "the instances use the other Redis");

        await IsUsedAsync(_a, id, 1);
        await IsUsedAsync(_b, id, 1);
    }

    [Test]
    public async Task Class_34_a_master_that_was_a_replica_in_between_comes_back_with_older_data()
    {
        var (id, epoch) = await MakeAReplicaOfOlderDataAsync();

        // This Redis answers with the older version. Its answer does not count.
        foreach (var instance in new[] { _a, _b })
        {
            var (order, report) = await instance.ReadReportedAsync(id);
            Assert.That((order!.Version, report.Outcome), Is.EqualTo((2, CacheOutcome.Bypass)));
        }

        await PromoteThePrimaryAgainAsync();
        await NothingOldIsToldAndItIsUsedAgainAsync(id, epoch);
    }

    [Test]
    public async Task Class_34_an_instance_notices_it_without_a_request()
    {
        var (id, epoch) = await MakeAReplicaOfOlderDataAsync();
        var health = _a.Host.Services.GetRequiredService<ICacheHealth>();
        await Eventually.IsTrue(
            () => health.Connected(Cells.Common) is null, Limit, "the instance notices it without a request");

        await PromoteThePrimaryAgainAsync();
        await NothingOldIsToldAndItIsUsedAgainAsync(id, epoch);
    }

    [Test]
    public async Task Class_34_where_the_run_id_is_believed_for_ever_the_old_status_is_told()
    {
        var runId = await _redises.InfoAsync(_redises.Primary.Port, "run_id");
        var (id, epoch) = await MakeAReplicaOfOlderDataAsync();
        await PromoteThePrimaryAgainAsync();

        Assert.That(
            await _redises.InfoAsync(_redises.Primary.Port, "run_id"), Is.EqualTo(runId), "it is the same process");
        Assert.That(await TrustingReaderSeesAsync(id, epoch, _redises.Primary.Port), Is.EqualTo(1));
    }

    [Test]
    public async Task Class_34_a_replica_refuses_every_read_whose_answer_would_count()
    {
        var id = await SubmittedAsync();
        var epoch = _a.Keys;

        // Connect before it becomes a replica. Otherwise the client would know, and would send it none of these reads.
        var database = await _redises.ConnectAsync(_redises.Replica.Port);
        await _redises.FollowUntilAsync(_oldKey);
        (string Read, Func<IDatabase, Task> Ask)[] reads =
        [
            ("an entry", to => MasterReads.GetAsync(to, epoch.Entry(id))),
            ("an index", to => RunAsync(to, ScriptCall.Read(
                epoch.Index(IndexGroup.Board, IndexKind.Board), epoch.EntryPrefix, false, 0, 0, 0, "", []))),
            ("stamps", to => RunAsync(to, ScriptCall.Stamps(epoch.Stamps(["orders"]), "stamp", 60_000))),
        ];
        Assert.That(await database.StringGetAsync(_oldKey), Is.Not.EqualTo(RedisValue.Null), "a GET is answered");

        foreach (var (read, ask) in reads)
        {
            Assert.That(async () => await ask(database),
                Throws.InstanceOf<RedisServerException>().With.Message.Contains("READONLY"), read);
        }

        static Task RunAsync(IDatabase to, ScriptCall call) =>
            to.ScriptEvaluateAsync(call.Script, call.Keys, call.Arguments);
    }

    [Test]
    public async Task Class_34_an_answer_does_not_count_where_the_last_look_is_too_long_ago()
    {
        var clock = new SteppedClock();
        var (instance, _) = await _redises.StartInstanceAsync(Real with { Clock = clock });
        var router = instance.Host.Services.GetRequiredService<RedisRouter>();

        // Try several times: if the machine stalls here, the instance may identify its connection after the clock was
        // advanced.
        List<DataSet?> answeredBy = [];
        for (var i = 0; i < 5; i++)
        {
            await instance.UntilRedisIsKnownAsync();
            var answer = await router.SendAsync<object?, bool>(Cells.Common, "get", null, async (database, _) =>
            {
                await database.PingAsync();
                clock.AdvanceMonotonic(TimeSpan.FromSeconds(1));
                return true;
            });
            Assert.That(answer.Failure, Is.Null);
            answeredBy.Add(answer.AnsweredBy);
        }

        Assert.That(answeredBy, Has.Some.Null);
    }

    [Test]
    public async Task Class_34_the_first_replica_of_a_master_costs_an_empty_cache_and_nothing_else()
    {
        await using var lonely = await TestRedisServer.StartAsync("--repl-diskless-sync-delay", "0");
        var (instance, _) = await _redises.StartInstanceAsync(Real, lonely.Port);
        var id = await SubmittedElsewhereAsync(instance);
        var named = instance.Poll.Latest!.Cells[0].DataSet;

        await (await _redises.ConnectAsync(_redises.Replica.Port)).ExecuteAsync("REPLICAOF", "127.0.0.1", lonely.Port);

        await Eventually.IsTrue(
            () => instance.Poll.Latest!.Cells[0].DataSet != named, Limit, "the database names another data set");
        await IsUsedAsync(instance, id, 1);
    }

    [Test]
    public async Task Class_24_a_data_set_known_to_be_another_stays_out_while_the_database_is_silent()
    {
        var wire = _redises.Keep(new PostgresWire(_redises.Database.ConnectionString));
        var (silenced, _) = await _redises.StartInstanceAsync(Real with { Postgres = wire.ConnectionString });
        var id = await SubmittedAsync();
        await SaveAsync();
        await IsUsedAsync(silenced, id, 1);
        wire.IsDown = true;
        await _a.ChangeAsync(Commands.Price(id));

        await _redises.Primary.RestartAsync();

        var health = silenced.Host.Services.GetRequiredService<ICacheHealth>();
        await Eventually.IsTrue(() => health.Connected(Cells.Common) is { } connected
            && connected.Name != silenced.Poll.Latest!.Cells[0].DataSet, Limit,
            "the instance knows which Redis this is");
        await Eventually.IsTrue(() => silenced.Poll.IsSilent, Limit, "the instance has asked the database in vain");
        Assert.That((await silenced.Cache.GetAsync(id)).BypassReason, Is.EqualTo(BypassReason.OtherDataSet));
        Assert.That(async () => await silenced.ReadAsync(id), Throws.InstanceOf<DependencyUnavailableException>());
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task Class_29_old_master(bool unaware)
    {
        var (writer, _) = await _redises.StartInstanceAsync(Real with { PollHeld = unaware });
        var (relaying, address) = await _redises.StartInstanceAsync(Real with { RelayHeld = false });
        var id = await FailOverForAllButAsync(writer, _addressOfA, _addressOfB, address);

        Assert.That((await writer.ChangeAsync(Commands.Price(id))).Version, Is.EqualTo(2));

        Assert.That(await VersionInAsync(_redises.Primary.Port, _oldKey), Is.EqualTo(unaware ? 2 : 1),
            "an instance that knows the new master does not write to the old one");
        await AllTellAsync(id, 2, _a, _b, relaying);
        await IsUsedAsync(_a, id, 2);
    }

    [Test]
    public async Task Class_29_a_reader_at_the_old_master_tells_nothing_old()
    {
        var (reader, _) = await _redises.StartInstanceAsync(Real);
        var (unaware, _) = await _redises.StartInstanceAsync(Real with { PollHeld = true });
        var id = await FailOverForAllButAsync(reader, _addressOfA, _addressOfB);

        await _a.ChangeAsync(Commands.Price(id));

        Assert.That(
            await VersionInAsync(_redises.Primary.Port, _oldKey), Is.EqualTo(1), "the old entry is still readable");
        await AllTellAsync(id, 2, reader, unaware, _b);
    }

    [Test]
    public async Task Class_29_without_a_licence_for_the_hit_a_reader_at_the_old_master_tells_the_old_status()
    {
        var epoch = _a.Epoch;
        var primary = (await _redises.ConnectAsync(_redises.Primary.Port)).Multiplexer;
        var (reader, _) = await _redises.StartInstanceAsync(
            Real with { Plant = provider => Trusting(provider, primary, epoch) });
        var id = await FailOverForAllButAsync(reader, _addressOfA, _addressOfB);

        await _a.ChangeAsync(Commands.Price(id));

        await AllTellAsync(id, 1, reader);
    }

    [Test]
    public async Task Class_29_an_old_master_is_not_named_again_by_an_instance_that_never_left_it()
    {
        var (left, _) = await _redises.StartInstanceAsync(Real);
        var id = await FailOverForAllButAsync(left, _addressOfA, _addressOfB);
        var epoch = _a.Epoch;

        for (var i = 0; i < 3; i++)
        {
            var observed = await left.PollAsync();
            Assert.That(
                observed.Cells[0].Epoch, Is.EqualTo(epoch),
                "its connection is older than the data set that the database names");
        }

        Assert.That((await left.Cache.GetAsync(id)).BypassReason, Is.EqualTo(BypassReason.OtherDataSet));
        await IsUsedAsync(_a, id, 1);
    }

    /// <remarks>
    /// The instances tell what this writer has spoiled as a hit. A read that bypasses the cache for a moment tells the
    /// truth. Then the run has shown nothing, and the test starts again.
    /// </remarks>
    [Test]
    [Retry(3)]
    public async Task Class_29_without_a_licence_for_the_put_the_old_status_is_told()
    {
        var epoch = _a.Epoch;
        var primary = (await _redises.ConnectAsync(_redises.Primary.Port)).Multiplexer;
        var (writer, _) = await _redises.StartInstanceAsync(
            Real with { Plant = provider => Trusting(provider, primary, epoch) });
        var id = await FailOverForAllButAsync(writer, _addressOfA, _addressOfB);

        Assert.That((await writer.ChangeAsync(Commands.Price(id))).Version, Is.EqualTo(2));

        await AllTellAsync(id, 1, _a, _b);
    }

    private static PlantedOrderCache Trusting(
        IServiceProvider provider, IConnectionMultiplexer connection, long epoch) =>
        new(connection, provider.GetRequiredService<KeySpace>()) { Epoch = epoch };

    private async Task<Guid> SubmittedAsync()
    {
        var id = Commands.NewOrderId();
        await _a.ChangeAsync(Commands.Submit(id));
        _oldKey = _a.EntryKey(id);
        await IsUsedAsync(_b, id, 1);
        return id;
    }

    /// <summary>
    /// The replica has version 1 · the primary has version 2, which is acknowledged, and dies · the replica is
    /// promoted.
    /// </summary>
    private async Task<(Guid Id, long Epoch)> FailOverToALaggingReplicaAsync()
    {
        var id = await SubmittedAsync();
        await _redises.FollowUntilAsync(_oldKey);
        var epoch = await ChangedAsync(id);

        await _redises.Primary.StopAsync();
        await _redises.PromoteAsync();
        _addressOfA.LeadTo(_redises.Replica.Port);
        _addressOfB.LeadTo(_redises.Replica.Port);
        Assert.That(await VersionInAsync(_redises.Replica.Port, _oldKey), Is.EqualTo(1),
            "this Redis has lost the change");
        return (id, epoch);
    }

    /// <summary>
    /// Version 1 is saved to disk · version 2 is put and acknowledged · Redis is killed, and starts from the saved
    /// data.
    /// </summary>
    private async Task<(Guid Id, long Epoch)> RestartFromAnOldDumpAsync()
    {
        var id = await SubmittedAsync();
        await SaveAsync();
        var epoch = await ChangedAsync(id);

        await _redises.Primary.RestartAsync();
        Assert.That(await VersionInAsync(_redises.Primary.Port, _oldKey), Is.EqualTo(1),
            "this Redis has lost the change");
        return (id, epoch);
    }

    /// <summary>
    /// The replica is promoted, and the instances at these addresses follow it. One instance stays at the old master,
    /// which keeps answering. The cache of the new master has version 1.
    /// </summary>
    private async Task<Guid> FailOverForAllButAsync(Instance left, params RedisWire[] addresses)
    {
        var id = await SubmittedAsync();
        Assert.That(await left.VersionSeenAsync(id), Is.EqualTo(1));
        await _redises.FollowUntilAsync(_oldKey);
        var epoch = _a.Epoch;
        await _redises.PromoteAsync();
        foreach (var address in addresses)
        {
            address.LeadTo(_redises.Replica.Port);
        }

        await Eventually.IsTrue(
            () => IsInAnotherEpoch(_a, epoch) && IsInAnotherEpoch(_b, epoch), Limit, "the others use the new master");
        await IsUsedAsync(_a, id, 1);
        return id;
    }

    /// <summary>
    /// The replica has version 1, and is promoted · version 2 is put at the primary and acknowledged · the primary
    /// becomes a replica of the other server. So it has version 1 again, under the same run id and the same
    /// connections.
    /// </summary>
    private async Task<(Guid Id, long Epoch)> MakeAReplicaOfOlderDataAsync()
    {
        var id = await SubmittedAsync();
        await _redises.FollowUntilAsync(_oldKey);
        await _redises.PromoteAsync();
        var epoch = await ChangedAsync(id);
        await (await _redises.ConnectAsync(_redises.Primary.Port))
            .ExecuteAsync("REPLICAOF", "127.0.0.1", _redises.Replica.Port);
        await Eventually.IsTrue(
            async () => await VersionInAsync(_redises.Primary.Port, _oldKey) == 1, Limit,
            "the primary has the older data");
        return (id, epoch);
    }

    private async Task PromoteThePrimaryAgainAsync() =>
        await (await _redises.ConnectAsync(_redises.Primary.Port)).ExecuteAsync("REPLICAOF", "NO", "ONE");

    private static async Task<Guid> SubmittedElsewhereAsync(Instance instance)
    {
        var id = Commands.NewOrderId();
        await instance.ChangeAsync(Commands.Submit(id));
        await IsUsedAsync(instance, id, 1);
        return id;
    }

    private async Task ExecuteAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(_redises.Database.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    private async Task SaveAsync() => await (await _redises.ConnectAsync(_redises.Primary.Port)).ExecuteAsync("SAVE");

    private async Task<long> ChangedAsync(Guid id)
    {
        var epoch = _a.Epoch;
        Assert.That((await _a.ChangeAsync(Commands.Price(id))).Version, Is.EqualTo(2));
        Assert.That(await VersionInAsync(_redises.Primary.Port, _oldKey), Is.EqualTo(2));
        return epoch;
    }

    private async Task NothingOldIsToldAndItIsUsedAgainAsync(Guid id, long epoch)
    {
        await IsUsedAsync(_a, id, 2);
        await IsUsedAsync(_b, id, 2);
        Assert.That(_a.Epoch, Is.EqualTo(_b.Epoch).And.Not.EqualTo(epoch));
    }

    /// <summary>Reads until there is a hit, and never sees another version.</summary>
    private static Task IsUsedAsync(Instance instance, Guid id, int version) => Hits.ComeBackAsync(
        () => instance.ReadReportedAsync(id),
        "the order",
        (order, report) => Assert.That(order!.Version, Is.EqualTo(version), $"{report.Outcome} {report.Detail}"));

    private static async Task AllTellAsync(Guid id, int version, params Instance[] instances)
    {
        foreach (var instance in instances)
        {
            Assert.That(await instance.VersionSeenAsync(id), Is.EqualTo(version));
        }
    }

    /// <summary>
    /// The version told by an instance that trusts the address: it takes the Redis that answers there for the one that
    /// it always used.
    /// </summary>
    private async Task<int> TrustingReaderSeesAsync(Guid id, long epoch, int port)
    {
        var connection = (await _redises.ConnectAsync(port)).Multiplexer;
        var (reader, _) = await _redises.StartInstanceAsync(
            Real with { Plant = provider => Trusting(provider, connection, epoch) }, port);
        return (await reader.HitAsync(id)).Version;
    }

    private static bool IsInAnotherEpoch(Instance instance, long epoch) =>
        instance.Host.Services.GetRequiredService<KeySpace>().TryGetEpoch(out var current, out _)
            && current.Number != epoch;

    private async Task<int> VersionInAsync(int port, RedisKey key)
    {
        var entry = (string)(await (await _redises.ConnectAsync(port)).StringGetAsync(key))!;
        return int.Parse(entry.Split(' ')[2], System.Globalization.CultureInfo.InvariantCulture);
    }
}

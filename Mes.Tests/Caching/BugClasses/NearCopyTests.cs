using Mes.Application.Caching;
using Mes.Application.Snapshots;
using Mes.Infrastructure.Caching.Entries;
using Mes.Infrastructure.Caching.Keys;
using Mes.Infrastructure.Caching.Scripts;
using Mes.Infrastructure.Coordination;
using Mes.Tests.Caching.Licensing;
using Mes.Tests.Caching.Support;
using Mes.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;
using StackExchange.Redis;

namespace Mes.Tests.Caching.BugClasses;

/// <summary>
/// An instance tells an order from its own memory only if the change log, read for this very read, does not name the
/// order since the copy was made.
/// </summary>
internal sealed class NearCopyTests : LicenceTests
{
    private const string LogsPut =
        "if logs_equal == '1' or current ~= version then append_to_log(log, record, redis.call) end";

    private const string LogsBegin = "append_to_log(log, record, redis.call)\nif takes_over";
    private const string LogsDrop = "local logged = append_to_log(log, record, redis.pcall)";

    private static readonly string UnloggedPut = PlantedOrderCache.Replace(CacheScripts.Put, LogsPut, "");
    private static readonly string UnloggedBegin =
        PlantedOrderCache.Replace(CacheScripts.Begin, LogsBegin, "if takes_over");

    private static readonly string UnloggedDrop =
        PlantedOrderCache.Replace(CacheScripts.Drop, LogsDrop, "local logged = 0");

    private Instance _near = null!;

    private RedisKey LogKey => _near.Keys.Log;

    [SetUp]
    public async Task StartNearAsync()
    {
        // A test before may have spoiled it.
        await World.Redis.KeyDeleteAsync(A.Keys.Log);

        // An instance reads an entry again if its last answer is older than a moment. Here, no copy grows that old.
        _near = await StartAsync(new InstanceSettings { HasNearCopies = true, Clock = new SteppedClock() });
    }

    [Test]
    public async Task What_is_told_again_is_the_copy_itself()
    {
        var id = await CopiedAsync();
        await World.EvictAsync(id);

        Assert.That((await _near.HitAsync(id)).Version, Is.EqualTo(1));

        await A.ChangeAsync(Commands.Price(id));
        Assert.That(await _near.VersionSeenAsync(id), Is.EqualTo(2));
    }

    [Test]
    public async Task Class_09_a_near_copy_that_comes_back_is_not_told()
    {
        Assert.That(await CopyAgainBeforeThePutAsync(A), Is.EqualTo(2));
    }

    [Test]
    public async Task Class_09_where_a_put_is_not_logged_the_copy_that_came_back_is_told()
    {
        await using var writer = await StartPlantedAsync(WithoutLoggedPuts);

        Assert.That(await CopyAgainBeforeThePutAsync(writer), Is.EqualTo(1));
    }

    [Test]
    public async Task Class_10_an_instance_that_hears_of_nothing_tells_nothing_old()
    {
        var id = await CopiedAsync();
        foreach (var (command, version) in new[]
        {
            (Commands.Price(id), 2), (Commands.Approve(id), 3), (Commands.Claim(id), 4), (Commands.Release(id), 5),
        })
        {
            await A.ChangeAsync(command);
            Assert.That((await _near.HitAsync(id)).Version, Is.EqualTo(version));
            Assert.That((await _near.HitAsync(id)).Version, Is.EqualTo(version), "from its copy");
        }
    }

    [Test]
    public async Task Class_10_where_a_put_is_not_logged_the_old_status_is_told()
    {
        await using var writer = await StartPlantedAsync(WithoutLoggedPuts);
        var id = await CopiedAsync();

        await writer.ChangeAsync(Commands.Price(id));

        Assert.That((await _near.HitAsync(id)).Version, Is.EqualTo(1));
    }

    [Test]
    public async Task Class_44_an_entry_that_was_read_before_a_change_and_arrives_after_it_becomes_no_copy()
    {
        Assert.That(await ReadAcrossAChangeAsync(A), Is.EqualTo((1, 2)));
    }

    [Test]
    public async Task Class_44_where_the_change_is_not_logged_it_becomes_one()
    {
        await using var writer = await StartPlantedAsync(WithoutLoggedPuts);

        Assert.That(await ReadAcrossAChangeAsync(writer), Is.EqualTo((1, 1)));
    }

    [Test]
    public async Task Class_45_a_read_that_begins_behind_a_question_is_not_answered_by_it()
    {
        var id = await CopiedAsync();
        using var answered = new AnsweredStop(_near, "get");
        var stop = answered.Next();
        var early = Task.Run(() => _near.VersionSeenAsync(id));
        await stop.ReachedAsync();
        await A.ChangeAsync(Commands.Price(id));

        var late = _near.VersionSeenAsync(id);
        stop.Release();

        Assert.That((await early, await late), Is.EqualTo(((int?)1, (int?)2)));
    }

    [TestCaseSource(nameof(Unreadable))]
    public async Task Without_a_readable_log_no_copy_is_told_and_none_is_made(Nonsense nonsense)
    {
        var id = await CopiedAsync();
        await nonsense.Write(World.Redis, LogKey);
        for (var version = 2; version < 4; version++)
        {
            await WriteUnloggedAsync(id, version);
            Assert.That((await _near.HitAsync(id)).Version, Is.EqualTo(version));
        }
    }

    [Test]
    public async Task A_log_with_one_record_spoiled_or_cut_off_is_not_readable([Values] bool isCut)
    {
        var id = await CopiedAsync();
        await SubmittedAsync();
        var log = (byte[])(await World.Redis.StringGetAsync(LogKey))!;
        log[^3] ^= 1;
        await World.Redis.StringSetAsync(LogKey, isCut ? log[..^5] : log);

        await WriteUnloggedAsync(id, 2);

        Assert.That((await _near.HitAsync(id)).Version, Is.EqualTo(2));
    }

    [Test]
    public async Task An_absent_log_is_never_unchanged()
    {
        var id = await SubmittedAsync();
        await World.Redis.KeyDeleteAsync(LogKey);
        Assert.That((await _near.HitAsync(id)).Version, Is.EqualTo(1));
        Assert.That((await _near.HitAsync(id)).Version, Is.EqualTo(1));

        await WriteUnloggedAsync(id, 2);

        Assert.That((await _near.HitAsync(id)).Version, Is.EqualTo(2));
    }

    [Test]
    public async Task A_log_that_is_set_back_empties_the_copies()
    {
        await SubmittedAsync();
        var old = await World.Redis.StringGetAsync(LogKey);
        var id = await CopiedAsync();
        await A.ChangeAsync(Commands.Price(id));

        // It grows again, by other changes, to as many records as the instance has seen.
        await World.Redis.StringSetAsync(LogKey, old);
        await SubmittedAsync();

        Assert.That(await _near.VersionSeenAsync(id), Is.EqualTo(2));
    }

    [Test]
    public async Task A_gap_longer_than_the_log_empties_the_copies()
    {
        var id = await CopiedAsync();
        await A.ChangeAsync(Commands.Price(id));
        for (var i = 0; i < 70; i++)
        {
            await A.Cache.BeginAsync(Commands.NewOrderId(), LeaseHolder.Reader);
        }

        Assert.That(await _near.VersionSeenAsync(id), Is.EqualTo(2));
    }

    [TestCase(false, 2)]
    [TestCase(true, 1, TestName = "Where_a_superseded_put_is_not_logged_the_old_status_is_told")]
    public async Task A_superseded_put_is_logged(bool isPlanted, int seen)
    {
        await using var planted = isPlanted ? await StartPlantedAsync(WithoutLoggedPuts) : null;
        var id = await CopiedAsync();

        // A proven version that no reader can use, and whose record is lost.
        await World.Redis.StringSetAsync(_near.EntryKey(id), ProvenEntry.Of(id, layout: 99, version: 9));
        await (planted ?? A).ChangeAsync(Commands.Price(id));

        Assert.That(await _near.VersionSeenAsync(id), Is.EqualTo(seen));
    }

    [TestCase(false, 2)]
    [TestCase(true, 1, TestName = "Where_a_rejected_put_is_not_logged_the_version_goes_back")]
    public async Task A_rejected_put_is_logged(bool isPlanted, int seen)
    {
        var planted = Planted(put: isPlanted ? UnloggedPut : CacheScripts.Put);
        var id = await CopiedAsync();
        await World.EvictAsync(id);
        var (order, writing) = await StallBeforeThePutAsync(id);

        // As a reader does that has read version 2 past the cache, and tells it then (G4).
        Assert.That(await planted.PutAsync(order, token: null, []), Is.EqualTo(PutResult.Rejected));

        Assert.That(await _near.VersionSeenAsync(id), Is.EqualTo(seen));
        A.Seams.Reset();
        await writing;
    }

    [TestCase(false, 2)]
    [TestCase(true, 1, TestName = "Where_a_begin_is_not_logged_the_version_goes_back")]
    public async Task A_begin_that_finds_no_entry_is_logged(bool isPlanted, int seen)
    {
        var planted = Planted(begin: isPlanted ? UnloggedBegin : CacheScripts.Begin);
        var id = await CopiedAsync();
        await World.EvictAsync(id);
        var (_, writing) = await StallBeforeThePutAsync(id);

        // As a reader does whose put is lost, and who tells version 2 all the same (G4).
        await planted.BeginAsync(id, LeaseHolder.Reader);

        Assert.That(await _near.VersionSeenAsync(id), Is.EqualTo(seen));
        A.Seams.Reset();
        await writing;
    }

    [Test]
    public async Task A_reader_whose_fill_was_not_answered_says_bypass()
    {
        var id = await SubmittedAsync(cached: false);
        B.Seams.Put = _ => Task.FromResult(PutResult.Failed);

        var (order, report) = await B.ReadReportedAsync(id);

        Assert.That((order!.Version, report.Outcome), Is.EqualTo((1, (CacheOutcome?)CacheOutcome.Bypass)),
            "an earlier reader that holds the lease may still fill in an older version");
    }

    [TestCase(false, 2)]
    [TestCase(true, 1, TestName = "Where_a_drop_is_not_logged_the_old_status_is_told")]
    public async Task A_drop_is_logged(bool isPlanted, int seen)
    {
        var id = await CopiedAsync();
        A.Seams.Put = async call =>
        {
            await DropAsync(isPlanted ? UnloggedDrop : CacheScripts.Drop, call.Order);
            return PutResult.Dropped;
        };

        await A.ChangeAsync(Commands.Price(id));

        Assert.That(await _near.VersionSeenAsync(id), Is.EqualTo(seen));
    }

    [Test]
    public async Task A_builder_that_finds_what_it_puts_leaves_the_copies_alone()
    {
        var id = await CopiedAsync();
        var order = await StoredAsync(id);
        var before = await World.Redis.StringGetAsync(LogKey);

        await PutAsBuilderAsync(order);
        Assert.That(await World.Redis.StringGetAsync(LogKey), Is.EqualTo(before));

        await PutAsBuilderAsync(order with { Version = 2 });
        Assert.That(await World.Redis.StringGetAsync(LogKey), Is.Not.EqualTo(before));
        Assert.That((await _near.Cache.GetAsync(id)).Hit!.Version, Is.EqualTo(2));
    }

    [Test]
    public async Task After_its_own_put_an_instance_needs_one_question()
    {
        var id = await CopiedAsync();
        await _near.ChangeAsync(Commands.Price(id));
        using var questions = new AnsweredStop(_near, "get");

        Assert.That((await _near.HitAsync(id)).Version, Is.EqualTo(2));

        Assert.That(questions.Count, Is.EqualTo(1));
    }

    [Test]
    public async Task An_overdue_order_is_not_told_from_a_copy()
    {
        var (id, other) = (await CopiedAsync(), await CopiedAsync());

        await MarkOverdueAsync(id);

        await IsLeftOutAsync(_near, id, "its change has not been put");
        await IsAHitAsync(_near, other, "no change of it is overdue");
    }

    [Test]
    public async Task A_change_that_was_acknowledged_without_a_put_is_told()
    {
        var clock = new SteppedClock();
        var stopped = await StartAsync(new InstanceSettings { Clock = clock, PollHeld = true, HasNearCopies = true });
        var id = await SubmittedAsync();
        await IsAHitAsync(stopped, id, "the instance has a licence");
        await IsAHitAsync(stopped, id, "the instance has a copy");
        var writer = await StartWriterWithoutPutsAsync();
        var changing = await writer.ChangeAsync(Commands.Price(id));
        writer.Clock.Advance(2 * LicenceTerms.Term);
        await changing;
        clock.Advance(2 * LicenceTerms.Term);

        Assert.That(await stopped.VersionSeenAsync(id), Is.EqualTo(2));
    }

    [Test]
    public async Task A_copy_is_told_unverified_while_the_database_is_silent()
    {
        var clock = new SteppedClock();
        await using var wire = new PostgresWire(World.Database.ConnectionString);
        var instance = await StartAsync(
            new InstanceSettings { Clock = clock, Postgres = wire.ConnectionString, HasNearCopies = true });
        var id = await SubmittedAsync();
        await IsAHitAsync(instance, id, "the instance has a copy");
        wire.IsDown = true;
        await Eventually.IsTrue(() => instance.Poll.IsSilent, Limit, "the instance notices");
        clock.Advance(2 * LicenceTerms.Term);
        await instance.UntilRedisIsKnownAsync();

        for (var i = 0; i < 3; i++)
        {
            var (order, report) = await instance.ReadReportedAsync(id);
            Assert.That((order!.Version, report.Outcome, report.IsUnverified),
                Is.EqualTo((1, (CacheOutcome?)CacheOutcome.Hit, true)));
        }

        await A.ChangeAsync(Commands.Price(id));
        Assert.That(await instance.VersionSeenAsync(id), Is.EqualTo(2), "another instance reaches the database");
        wire.BreakForGood();
    }

    [Test]
    public async Task An_entry_that_has_long_been_evicted_is_filled_in_again()
    {
        var clock = new SteppedClock();
        var instance = await StartAsync(new InstanceSettings { Clock = clock, PollHeld = true, HasNearCopies = true });
        var id = await SubmittedAsync();
        await IsAHitAsync(instance, id, "the instance has a copy");
        await World.EvictAsync(id);
        await IsAHitAsync(instance, id, "the copy stands");

        clock.Advance(TimeSpan.FromSeconds(41));
        await instance.PollAsync();
        await instance.UntilRedisIsKnownAsync();

        Assert.That((await instance.ReadReportedAsync(id)).Report.Stored, Is.True);
        Assert.That(await World.Redis.KeyExistsAsync(instance.EntryKey(id)), Is.True);
    }

    [Test]
    public async Task After_a_flush_no_copy_is_told()
    {
        var id = await CopiedAsync();

        await World.FlushAsync();

        Assert.That((await _near.ReadReportedAsync(id)).Report.Outcome, Is.EqualTo(CacheOutcome.Miss));
    }

    [Test]
    public async Task Fifty_reads_that_miss_one_order_begin_and_put_once_for_each_question()
    {
        var id = await SubmittedAsync(cached: false);
        var (begins, puts, finds) = (0, 0, 0);
        _near.Seams.Begin = (_, proceed) =>
        {
            Interlocked.Increment(ref begins);
            return proceed();
        };
        _near.Seams.Put = call =>
        {
            Interlocked.Increment(ref puts);
            return call.Proceed();
        };
        _near.Seams.Find = (_, proceed) =>
        {
            Interlocked.Increment(ref finds);
            return proceed();
        };
        using var answered = new AnsweredStop(_near, "get");
        var stop = answered.Next();
        var first = Task.Run(() => _near.VersionSeenAsync(id));
        await stop.ReachedAsync();
        var others = Enumerable.Range(0, 49).Select(_ => _near.VersionSeenAsync(id)).ToArray();
        stop.Release();

        Assert.That(await Task.WhenAll([first, .. others]), Has.All.EqualTo(1));
        Assert.That(new[] { begins, puts, finds }, Has.All.InRange(1, 3));
    }

    private static IEnumerable<Nonsense> Unreadable =>
    [
        new("absent", (redis, key) => redis.KeyDeleteAsync(key)),
        Nonsense.Text("empty", ""),
        Nonsense.Text("not ours", "another service's"),
        Nonsense.Text("as long as a record", new string('a', ChangeLog.RecordBytes)),
        .. Nonsense.OtherTypes,
    ];

    private static PlantedOrderCache WithoutLoggedPuts(IConnectionMultiplexer connection, KeySpace keys) =>
        new(connection, keys) { PutScript = UnloggedPut };

    private PlantedOrderCache Planted(string? put = null, string? begin = null) =>
        new(World.Connection, _near.Host.Services.GetRequiredService<KeySpace>())
        {
            PutScript = put ?? CacheScripts.Put,
            BeginScript = begin ?? CacheScripts.Begin,
        };

    /// <summary>An order in version 1, of which the instance has a copy.</summary>
    private async Task<Guid> CopiedAsync()
    {
        var id = await SubmittedAsync();
        await _near.HitAsync(id);
        await _near.HitAsync(id); // From here on, a question reads no entry that it need not read.
        return id;
    }

    /// <summary>
    /// The writer commits version 2 · the instance loses its copy and copies version 1 again · the writer puts version
    /// 2 and acknowledges.
    /// </summary>
    /// <returns>What the instance tells then.</returns>
    private async Task<int?> CopyAgainBeforeThePutAsync(Instance writer)
    {
        var id = await CopiedAsync();
        var stop = writer.Seams.StopAt(Seam.BeforePut, id);
        var writing = writer.ChangeAsync(Commands.Price(id));
        await stop.ReachedAsync();
        await A.Cache.PutAsync(await StoredAsync(id), token: null, []);
        Assert.That((await _near.HitAsync(id)).Version, Is.EqualTo(1), "nothing newer has been acknowledged");

        stop.Release();
        await writing;
        return await _near.VersionSeenAsync(id);
    }

    /// <summary>
    /// Redis answers the instance's question, with version 1 · the writer changes the order and acknowledges · the
    /// instance continues with the answer.
    /// </summary>
    /// <returns>What that read is told, and the next one.</returns>
    private async Task<(int Early, int Late)> ReadAcrossAChangeAsync(Instance writer)
    {
        var id = await SubmittedAsync();
        using var answered = new AnsweredStop(_near, "get");
        var stop = answered.Next();
        var early = Task.Run(() => _near.VersionSeenAsync(id));
        await stop.ReachedAsync();
        await writer.ChangeAsync(Commands.Price(id));
        stop.Release();
        return ((await early)!.Value, (await _near.VersionSeenAsync(id))!.Value);
    }

    /// <summary>A commits version 2 and does not put it until its seams are reset.</summary>
    private async Task<(OrderSnapshot Order, Task Writing)> StallBeforeThePutAsync(Guid id)
    {
        var order = new TaskCompletionSource<OrderSnapshot>();
        A.Seams.Put = async call =>
        {
            order.TrySetResult(call.Order);
            await Eventually.IsTrue(() => A.Seams.Put is null, Limit, "the test lets the writer go");
            return await call.Proceed();
        };
        var writing = A.ChangeAsync(Commands.Price(id));
        return (await order.Task, writing);
    }

    /// <summary>The order as it is cached.</summary>
    private async Task<OrderSnapshot> StoredAsync(Guid id) =>
        EntryCodec.Decode(id, (byte[])(await World.Redis.StringGetAsync(_near.EntryKey(id)))!)!;

    /// <summary>Writes an entry of this version, as if the log had lost its record.</summary>
    private async Task WriteUnloggedAsync(Guid id, int version)
    {
        var order = await StoredAsync(id);
        var json = System.Text.Encoding.UTF8.GetString(order.Json.Span)
            .Replace($"\"version\":{order.Version}", $"\"version\":{version}", StringComparison.Ordinal);
        await World.Redis.StringSetAsync(
            _near.EntryKey(id),
            EntryCodec.Encode(order with { Version = version, Json = System.Text.Encoding.UTF8.GetBytes(json) }));
    }

    private async Task PutAsBuilderAsync(OrderSnapshot order)
    {
        var token = await A.Cache.BeginAsync(order.Id, LeaseHolder.Writer);
        Assert.That(await A.Cache.PutAsync(order, token, []), Is.EqualTo(PutResult.Stored));
    }

    private Task DropAsync(string script, OrderSnapshot order)
    {
        var drop = ScriptCall.Drop(
            _near.Keys.Entry(order.Id),
            _near.Keys.Lease(order.Id),
            LogKey,
            [.. Enum.GetValues<IndexKind>().Select(kind => _near.Keys.Index(new IndexGroup(order.SellerId), kind))],
            [],
            ChangeLog.NewRecord(order.Id));
        return World.Redis.ScriptEvaluateAsync(script, drop.Keys, drop.Arguments);
    }
}

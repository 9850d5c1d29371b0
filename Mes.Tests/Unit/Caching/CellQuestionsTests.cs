using System.Diagnostics.Metrics;
using Mes.Application.Caching;
using Mes.Application.Snapshots;
using Mes.Infrastructure.Caching.Entries;
using Mes.Infrastructure.Caching.Orders;
using Mes.Infrastructure.Coordination;
using Mes.Infrastructure.Redis;
using Mes.Tests.Caching.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using NUnit.Framework;

namespace Mes.Tests.Unit.Caching;

/// <summary>
/// Each rule of the questions and of the copies, with a cell that executes and answers when the test says so.
/// </summary>
[Category("Unit")]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class CellQuestionsTests : IDisposable
{
    /// <summary>The longest time until an entry is read again, and the shortest.</summary>
    private static readonly TimeSpan Refreshed = TimeSpan.FromSeconds(41);
    private static readonly TimeSpan NotRefreshed = TimeSpan.FromSeconds(19);
    private static readonly TimeSpan ReadTimeout = TimeSpan.FromMilliseconds(50);

    private static readonly Guid X = NewId();
    private static readonly Guid Y = NewId();

    private readonly FakeCell _cell = new();
    private readonly SteppedClock _clock = new();
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly CellQuestions _questions;

    public CellQuestionsTests() => _questions = Questions();

    public void Dispose() => _services.Dispose();

    [Test]
    public async Task A_copy_is_told_where_the_log_does_not_name_its_order()
    {
        _cell.Put(Order(X, 1));
        _cell.Put(Order(Y, 1));
        await IsCopiedAsync(X);
        _cell.Put(Order(Y, 2));
        _cell.Evict(X);

        await IsToldAsync(X, 1);

        Assert.That(_cell.EntriesRead, Is.EqualTo(new[] { 0 }));
    }

    [Test]
    public async Task Where_the_log_names_the_order_its_reads_join_the_next_question_which_reads_the_entry()
    {
        _cell.Put(Order(X, 1));
        await IsCopiedAsync(X);
        _cell.Put(Order(X, 2));

        await IsToldAsync(X, 2);

        Assert.That(_cell.EntriesRead, Is.EqualTo(new[] { 0, 1 }));
    }

    [Test]
    public async Task A_read_whose_copy_has_fallen_needs_one_question_more_whatever_is_known_by_then()
    {
        await MakeRoundTripsLongAsync();
        _cell.Put(Order(X, 1));
        await IsCopiedAsync(X);
        _cell.Put(Order(X, 2));
        var held = _cell.HoldNext();
        var read = AskAsync(X);
        await held.ReachedAsync();
        await IsToldAsync(X, 2); // A newer copy.
        _cell.Put(Order(X, 3));

        held.Release();

        Assert.That((await read).Hit!.Version, Is.EqualTo(3));
        Assert.That(_cell.EntriesRead, Is.EqualTo(new[] { 0, 0, 1, 1 }));
    }

    [Test]
    public async Task Class_44_a_late_answer_becomes_no_copy()
    {
        await MakeRoundTripsLongAsync();
        _cell.Put(Order(X, 1));
        var late = _cell.HoldNext();
        var early = AskAsync(X);
        await late.ReachedAsync();
        _cell.Put(Order(X, 2));
        _cell.Put(Order(Y, 1));
        await IsToldAsync(X, 2);
        await IsToldAsync(Y, 1);

        late.Release();
        Assert.That((await early).Hit!.Version, Is.EqualTo(1), "it asked before the change");

        await IsToldAsync(X, 2);
        _cell.ForgetSent();
        await IsToldAsync(Y, 1);
        Assert.That(_cell.EntriesRead, Is.EqualTo(new[] { 0 }), "the late answer takes nothing from what is known");
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task Class_45_a_read_is_not_answered_by_a_question_that_was_sent_before_it_began(bool hasCopy)
    {
        _cell.Put(Order(X, 1));
        if (hasCopy)
        {
            await IsCopiedAsync(X);
        }

        var held = _cell.HoldNext();
        var early = AskAsync(X);
        await held.ReachedAsync();
        _cell.Put(Order(X, 2));
        var late = AskAsync(X);
        held.Release();

        Assert.That((await early).Hit!.Version, Is.EqualTo(1), "it asked before the change");
        Assert.That((await late).Hit!.Version, Is.EqualTo(2));
    }

    [Test]
    public async Task One_question_is_under_way_and_the_next_takes_all_that_wait()
    {
        _cell.Put(Order(X, 1));
        var held = _cell.HoldNext();
        var first = AskAsync(X);
        await held.ReachedAsync();
        var others = Enumerable.Range(0, 50).Select(_ => AskAsync(X)).ToArray();
        for (var turn = 0; turn < 100; turn++)
        {
            await Task.Run(() => { });
        }

        Assert.That(_cell.Sent, Has.Length.EqualTo(1), "whatever was scheduled has run by now");

        held.Release();
        await Task.WhenAll([first, .. others]);

        Assert.That(_cell.Sent.Select(question => question.ReadCount), Is.EqualTo(new[] { 1, 50 }),
            "so many reads fail if Redis does not answer");
    }

    [Test]
    public async Task Where_a_round_trip_is_long_several_are_under_way()
    {
        await MakeRoundTripsLongAsync();
        var held = Enumerable.Range(0, 3).Select(_ => _cell.HoldNext()).ToArray();
        List<Task> reads = [];
        foreach (var stop in held)
        {
            reads.Add(AskAsync(NewId()));
            await stop.ReachedAsync();
        }

        Array.ForEach(held, stop => stop.Release());
        await Task.WhenAll(reads);
    }

    [Test]
    public async Task A_question_reads_at_most_128_entries_and_who_is_left_over_goes_into_the_next()
    {
        var held = _cell.HoldNext();
        var first = AskAsync(X);
        await held.ReachedAsync();
        Guid[] ids = [.. Enumerable.Range(0, 300).Select(_ => NewId())];
        Array.ForEach(ids, id => _cell.Put(Order(id, 7)));
        var reads = ids.Select(AskAsync).ToArray();

        held.Release();

        Assert.That((await Task.WhenAll(reads)).Select(read => read.Hit?.Version), Has.All.EqualTo(7));
        Assert.That((await first).Hit, Is.Null);
        Assert.That(_cell.EntriesRead, Is.EqualTo(new[] { 1, 128, 128, 44 }));
    }

    [Test]
    public async Task Without_a_readable_log_nothing_is_a_copy(
        [Values("absent", "empty", "truncated", "one bit wrong", "another kind of value")] string which)
    {
        _cell.Put(Order(X, 1));
        _cell.Put(Order(Y, 1));
        await IsCopiedAsync(X);
        var log = _cell.Log!;
        _cell.HasWrongLog = which == "another kind of value";
        _cell.Log = which switch
        {
            "absent" => null,
            "empty" => [],
            "truncated" => log[..^1],
            "one bit wrong" => [.. log[..^1], (byte)(log[^1] ^ 1)],
            _ => log,
        };
        for (var version = 2; version < 5; version++)
        {
            // As after a log that was lost with the record of the change in it.
            _cell.Write(Order(X, version));
            await IsToldAsync(X, version);
        }

        (_cell.HasWrongLog, _cell.Log) = (false, log);
        _cell.Write(Order(X, 5));
        await IsToldAsync(X, 5);
    }

    [Test]
    public async Task Without_a_readable_log_the_copies_of_the_answer_before_do_not_come_back()
    {
        _cell.Put(Order(X, 1));
        await IsToldAsync(X, 1);
        var log = _cell.Log;
        _cell.Log = null;
        await AskAsync(Y);

        _cell.Log = log;
        _cell.Write(Order(X, 2));

        await IsToldAsync(X, 2);
    }

    [Test]
    public async Task A_log_that_does_not_contain_the_known_record_empties_all_copies(
        [Values("set back", "too long a gap", "begun anew")] string which)
    {
        var old = _cell.Log!;
        _cell.Put(Order(X, 1));
        _cell.Put(Order(Y, 1));
        await IsCopiedAsync(X);
        _cell.Put(Order(X, 2));
        for (var i = 0; i < 40; i++)
        {
            _cell.Put(Order(Y, i));
        }

        _cell.Log = which switch
        {
            "set back" => old,
            "too long a gap" => _cell.Log![^(32 * ChangeLog.RecordBytes)..],
            _ => ChangeLog.NewRecord(Y),
        };

        await IsToldAsync(X, 2);
        await IsToldAsync(Y, 39);
        Assert.That(_cell.EntriesRead, Is.EqualTo(new[] { 0, 1, 1 }));
    }

    [Test]
    public async Task After_50_ms_without_an_answer_the_entry_is_read_along_with_the_log()
    {
        _cell.Put(Order(X, 1));
        await IsCopiedAsync(X);
        _cell.Put(Order(X, 2));
        _clock.Advance(TimeSpan.FromMilliseconds(60));

        await IsToldAsync(X, 2);

        Assert.That(_cell.EntriesRead, Is.EqualTo(new[] { 1 }), "one round trip, as without copies");
    }

    [Test]
    public async Task Where_the_last_answer_emptied_the_copies_entries_are_read_along_with_the_log()
    {
        _cell.Put(Order(X, 1));
        await IsCopiedAsync(X);

        // Between two reads so many other orders change that the log has gone round.
        _cell.Sending = () => _cell.Log = ChangeLog.NewRecord(Y);
        for (var i = 0; i < 4; i++)
        {
            await IsToldAsync(X, 1);
        }

        Assert.That(_cell.EntriesRead, Is.EqualTo(new[] { 0, 1, 1, 1, 1 }), "after the first, one question a read");

        _cell.Sending = () => { };
        await IsToldAsync(X, 1);
        await IsToldAsync(X, 1);
        Assert.That(_cell.EntriesRead[^2..], Is.EqualTo(new[] { 1, 0 }), "without a gap, the copy is enough again");
    }

    [Test]
    public async Task A_copy_whose_entry_has_been_evicted_is_filled_in_again_after_half_a_minute()
    {
        _cell.Put(Order(X, 1));
        await IsToldAsync(X, 1);
        _cell.Evict(X);

        _clock.Advance(NotRefreshed);
        await IsToldAsync(X, 1);
        _clock.Advance(Refreshed);

        Assert.That(await AskAsync(X), Is.EqualTo(CacheRead<OrderSnapshot>.Miss));
        Assert.That(await AskAsync(X), Is.EqualTo(CacheRead<OrderSnapshot>.Miss), "there is no copy any more");
    }

    [Test]
    public async Task The_own_put_removes_the_copy_and_the_next_read_is_one_question()
    {
        _cell.Put(Order(X, 1));
        await IsCopiedAsync(X);
        _cell.Put(Order(X, 2));
        _questions.Remove(X);

        await IsToldAsync(X, 2);

        Assert.That(_cell.EntriesRead, Is.EqualTo(new[] { 1 }));
    }

    [Test]
    public async Task A_read_takes_its_copy_along()
    {
        var small = Questions(maxBytes: new NearCopy(Order(X, 1), 0).Bytes);
        await MakeRoundTripsLongAsync(small);
        _cell.Put(Order(X, 1));
        _cell.Put(Order(Y, 1));
        Assert.That((await small.AskAsync(X)).Hit!.Version, Is.EqualTo(1));
        _cell.ForgetSent();
        var held = _cell.HoldNext();
        var read = small.AskAsync(X);
        await held.ReachedAsync();
        await small.AskAsync(Y); // What is used gets a second chance,
        await small.AskAsync(Y); // and then loses its place.

        held.Release();

        Assert.That((await read).Hit!.Version, Is.EqualTo(1));
        Assert.That(_cell.EntriesRead, Is.EqualTo(new[] { 0, 1, 1 }), "no further question");
    }

    [Test]
    public async Task Where_copies_are_turned_off_each_question_reads_the_entry()
    {
        var questions = Questions(maxBytes: 0);
        _cell.Put(Order(X, 1));
        for (var i = 0; i < 3; i++)
        {
            Assert.That((await questions.AskAsync(X)).Hit!.Version, Is.EqualTo(1));
        }

        Assert.That(_cell.EntriesRead, Is.EqualTo(new[] { 1, 1, 1 }));
    }

    [Test]
    public async Task A_copy_is_judged_under_the_licence_like_an_entry()
    {
        _cell.Put(Order(X, 1));
        _cell.Put(Order(Y, 1));
        await IsCopiedAsync(X);
        await IsCopiedAsync(Y);

        _cell.Overdue = X;

        Assert.That(
            await AskAsync(X),
            Is.EqualTo(CacheRead<OrderSnapshot>.Invalid(BypassReason.NoLicence)),
            "its change is overdue");
        await IsToldAsync(Y, 1);
        Assert.That(_cell.EntriesRead[^2..], Is.EqualTo(new[] { 0, 0 }), "both were copies");
    }

    [Test]
    public async Task While_the_database_is_silent_a_hit_is_unverified_and_nothing_is_kept()
    {
        _cell.Put(Order(X, 1));
        await IsCopiedAsync(X);
        _cell.Validity = HitValidity.Unverified;

        var read = await AskAsync(X);
        await AskAsync(X);
        await AskAsync(X);

        Assert.That((read.Hit!.Version, read.IsUnverified), Is.EqualTo((1, true)));
        Assert.That(_cell.EntriesRead, Is.EqualTo(new[] { 0, 1, 1 }));
    }

    [Test]
    public async Task An_answer_of_an_unknown_data_set_is_not_told_and_all_copies_go()
    {
        _cell.Put(Order(X, 1));
        await IsToldAsync(X, 1);
        var known = _cell.AnsweredBy;
        _cell.AnsweredBy = null;
        Assert.That(
            await AskAsync(X), Is.EqualTo(CacheRead<OrderSnapshot>.Invalid(BypassReason.NoLicence)));

        _cell.AnsweredBy = known;
        _cell.Write(Order(X, 2)); // Other data may have anything in it.

        await IsToldAsync(X, 2);
    }

    [Test]
    public async Task Copies_belong_to_the_data_set_and_the_epoch([Values] bool isOtherEpoch)
    {
        _cell.Put(Order(X, 1));
        await IsToldAsync(X, 1);
        _cell.Epoch = isOtherEpoch ? new CacheEpoch(0, 2) : _cell.Epoch;
        _cell.AnsweredBy = isOtherEpoch ? _cell.AnsweredBy : _cell.AnsweredBy! with { Name = "another" };
        await AskAsync(Y);
        _cell.Write(Order(X, 2));

        await IsToldAsync(X, 2);
    }

    [Test]
    public async Task Whatever_throws_its_reads_are_bypassed_and_the_next_question_goes_out(
        [Values("while it is closed", "while it is sent", "while it is settled")] string when)
    {
        _cell.Put(Order(X, 1));
        var isArmed = true;
        void Throw()
        {
            if (isArmed)
            {
                isArmed = false;
                throw new InvalidOperationException("Planted by the test.");
            }
        }

        _cell.GettingEpoch = when == "while it is closed" ? Throw : _cell.GettingEpoch;
        _cell.Sending = when == "while it is sent" ? Throw : _cell.Sending;
        _cell.Validating = when == "while it is settled" ? Throw : _cell.Validating;
        var read = await AskAsync(X).WaitAsync(TimeSpan.FromSeconds(15));

        Assert.That(isArmed, Is.False);
        Assert.That(read, Is.EqualTo(CacheRead<OrderSnapshot>.Bypass(BypassReason.Error)));
        await IsToldAsync(X, 1);
    }

    [Test]
    public async Task A_read_whose_time_is_nearly_over_leaves_without_having_been_sent()
    {
        var held = _cell.HoldNext();
        var first = AskAsync(X);
        await held.ReachedAsync();
        var expired = AskAsync(X);
        _clock.Advance(0.9 * ReadTimeout);
        var fresh = AskAsync(X);

        held.Release();

        Assert.That(await expired, Is.EqualTo(CacheRead<OrderSnapshot>.Bypass(BypassReason.Timeout)));
        Assert.That((await fresh).BypassReason, Is.Null);
        await first;
        Assert.That(_cell.Sent.Select(question => question.ReadCount), Is.EqualTo(new[] { 1, 1 }));
    }

    [Test]
    public async Task A_question_waits_for_its_answer_no_longer_than_its_first_read_may()
    {
        var held = _cell.HoldNext();
        var first = AskAsync(X);
        await held.ReachedAsync();
        var waits = AskAsync(X);
        _clock.Advance(0.5 * ReadTimeout);

        held.Release();
        await Task.WhenAll(first, waits);

        Assert.That(_cell.Timeout, Is.EqualTo(0.5 * ReadTimeout).Within(TimeSpan.FromMilliseconds(1)));
    }

    [Test]
    public async Task A_process_that_stood_still_before_it_sent_a_question_sends_it_no_more(
        [Values(50, 51.5, 2000)] double milliseconds)
    {
        // Between the limit and a millisecond later, a wait would have no end: -1 ms stands for that.
        var clock = new StandingClock(standsBefore: 3, TimeSpan.FromMilliseconds(milliseconds));

        var read = await Questions(clock: clock).AskAsync(X);

        Assert.That(read, Is.EqualTo(CacheRead<OrderSnapshot>.Bypass(BypassReason.Timeout)));
        Assert.That(_cell.Sent, Is.Empty);
    }

    [Test]
    public async Task What_fails_is_bypassed_and_the_copies_stay()
    {
        _cell.Put(Order(X, 1));
        await IsCopiedAsync(X);
        _cell.Failure = BypassReason.Unreachable;
        Assert.That(
            await AskAsync(X), Is.EqualTo(CacheRead<OrderSnapshot>.Bypass(BypassReason.Unreachable)),
            "no copy is told without an answer of Redis");

        _cell.Failure = null;
        _cell.ForgetSent();
        await IsToldAsync(X, 1);

        Assert.That(_cell.EntriesRead, Is.EqualTo(new[] { 0 }));
    }

    [Test]
    public async Task Reads_of_one_order_that_miss_together_share_what_follows_and_others_do_not()
    {
        var held = _cell.HoldNext();
        var alone = AskAsync(X);
        await held.ReachedAsync();
        var together = new[] { AskAsync(X), AskAsync(X), AskAsync(Y) };
        held.Release();

        var reads = await Task.WhenAll(together);

        Assert.That((await alone).Shared, Is.Null);
        Assert.That(reads[0].Shared, Is.Not.Null.And.SameAs(reads[1].Shared));
        Assert.That(reads[2].Shared, Is.Null);
    }

    [Test]
    public async Task An_unreadable_entry_is_a_miss_and_no_copy()
    {
        _cell.WriteUnreadable(X);
        Assert.That(await AskAsync(X), Is.EqualTo(CacheRead<OrderSnapshot>.Miss));

        _cell.Write(Order(X, 1));

        await IsToldAsync(X, 1);
    }

    [Test]
    public async Task A_cell_that_may_not_be_used_is_not_asked()
    {
        _cell.Objection = BypassReason.NewEpoch;

        Assert.That(await AskAsync(X), Is.EqualTo(CacheRead<OrderSnapshot>.Bypass(BypassReason.NewEpoch)));
        Assert.That(_cell.Sent, Is.Empty);
    }

    private IMeterFactory Meters => _services.GetRequiredService<IMeterFactory>();

    private static Guid NewId() => Guid.CreateVersion7(DateTimeOffset.UnixEpoch);

    private static OrderSnapshot Order(Guid id, int version) => Given.Snapshot() with { Id = id, Version = version };

    private CellQuestions Questions(long maxBytes = 1024 * 1024, TimeProvider? clock = null) =>
        new(
            _cell,
            new CacheOptions { ReadTimeout = ReadTimeout, NearCopies = new() { MaxBytes = maxBytes } },
            new CacheMetrics(Meters),
            clock ?? _clock,
            NullLogger.Instance);

    private Task<CacheRead<OrderSnapshot>> AskAsync(Guid orderId) => _questions.AskAsync(orderId);

    private async Task IsToldAsync(Guid orderId, int version) =>
        Assert.That((await AskAsync(orderId)).Hit?.Version, Is.EqualTo(version));

    /// <summary>Version 1 of the order becomes a copy, and the next question need not read entries.</summary>
    private async Task IsCopiedAsync(Guid orderId)
    {
        await IsToldAsync(orderId, 1);
        await IsToldAsync(orderId, 1);
        _cell.ForgetSent();
    }

    /// <summary>Has the questions take Redis for far away, so that several are under way.</summary>
    private async Task MakeRoundTripsLongAsync(CellQuestions? questions = null)
    {
        _cell.Sending = () => _clock.Advance(TimeSpan.FromMilliseconds(1));
        for (var i = 0; i < 64; i++)
        {
            await (questions ?? _questions).AskAsync(NewId());
        }

        _cell.Sending = () => { };
    }

    /// <summary>A clock on which a long time passes before one of its calls.</summary>
    private sealed class StandingClock(int standsBefore, TimeSpan standstill) : TimeProvider
    {
        private int _calls;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() =>
            Interlocked.Increment(ref _calls) < standsBefore ? 0 : standstill.Ticks;
    }
}

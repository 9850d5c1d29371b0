using Mes.Application.Events;
using Mes.Domain.Orders;
using Mes.Infrastructure.Events;
using Mes.Tests.Caching.Support;
using NUnit.Framework;

namespace Mes.Tests.Events;

[Category("Unit")]
internal sealed class EventTailTests
{
    private readonly SteppedClock _clock = new();
    private readonly EventTail _tail;

    public EventTailTests() => _tail = new EventTail(_clock);

    [SetUp]
    public void Begin() => _tail.Begin(Event(100).Position, _clock.GetTimestamp());

    [Test]
    public void A_reader_gets_what_is_behind_its_place_and_its_own_only()
    {
        Append(101, 105);

        var all = _tail.Latest.Read(Event(102).Position, null, 10)!;
        var own = _tail.Latest.Read(Event(100).Position, "even", 10)!;

        Assert.That(Numbers(all), Is.EqualTo(new[] { 103, 104, 105 }));
        Assert.That(Numbers(own), Is.EqualTo(new[] { 102, 104 }));
        Assert.That(own.End, Is.EqualTo(Event(105).Position), "it moves past what is not the reader's");
        Assert.That(own.HasMore, Is.False);
    }

    [Test]
    public void A_page_says_whether_more_of_the_readers_own_is_there()
    {
        Append(101, 105);

        var first = _tail.Latest.Read(Event(100).Position, "even", 1)!;
        var second = _tail.Latest.Read(first.End, "even", 1)!;

        Assert.That((Numbers(first).Single(), first.HasMore, first.End), Is.EqualTo((102, true, Event(102).Position)));
        Assert.That((Numbers(second).Single(), second.HasMore, second.End),
            Is.EqualTo((104, false, Event(105).Position)));
    }

    [Test]
    public void A_place_that_is_not_in_the_tail_or_of_another_past_is_not_answered()
    {
        Append(101, 105);
        var latest = _tail.Latest;

        Assert.That(latest.Read(Event(99).Position, null, 10), Is.Null);
        Assert.That(latest.Read(Event(106).Position, null, 10), Is.Null);
        Assert.That(latest.Read(EventPosition.Beginning, null, 10), Is.Null);
        Assert.That(latest.Read(Event(100).Position with { Mark = 1 }, null, 10), Is.Null);
        Assert.That(latest.Read(Event(103).Position with { Mark = 1 }, null, 10), Is.Null);
    }

    [Test]
    public void It_keeps_the_latest_and_forgets_what_is_long_gone()
    {
        for (var from = 101; from <= 101 + (5 * EventTail.Capacity); from += 777)
        {
            Append(from, from + 776);
        }

        var last = _tail.Latest.Last.Number;
        var kept = _tail.Latest.Read(Event(last - EventTail.Capacity).Position, null, int.MaxValue)!;

        Assert.That(
            Numbers(kept), Is.EqualTo(Enumerable.Range((int)last - EventTail.Capacity + 1, EventTail.Capacity)));
        Assert.That(_tail.Latest.Read(Event(101).Position, null, 10), Is.Null);
    }

    [Test]
    public void A_snapshot_stays_as_it_was_taken()
    {
        Append(101, 103);
        var before = _tail.Latest;

        Append(104, 104 + (3 * EventTail.Capacity));

        Assert.That(Numbers(before.Read(Event(100).Position, null, 10)!), Is.EqualTo(new[] { 101, 102, 103 }));
        Assert.That(before.NextAsync().IsCompleted, Is.True, "who waited looks again");
    }

    [TestCase(100, "even", true)]
    [TestCase(102, "even", false)]
    [TestCase(103, "even", false)]
    [TestCase(103, "odd", false)]
    [TestCase(102, null, true)]
    [TestCase(99, "odd", true)]
    [TestCase(200, null, false)]
    public void A_follower_is_woken_by_its_own_events_or_when_its_place_is_gone(int after, string? seller, bool woken)
    {
        Append(101, 103);

        Assert.That(_tail.Latest.MayTell(after, seller), Is.EqualTo(woken));
    }

    [Test]
    public void It_is_fresh_only_for_seconds_after_the_database_was_asked()
    {
        Assert.That(new EventTail(_clock).IsFresh, Is.False);
        Assert.That(_tail.IsFresh, Is.True);

        _clock.Advance(TimeSpan.FromSeconds(4));
        Assert.That(_tail.IsFresh, Is.False);

        _tail.Append([], _clock.GetTimestamp());
        Assert.That(_tail.IsFresh, Is.True);
    }

    [Test]
    public void Another_past_has_another_generation()
    {
        var before = _tail.Latest;

        _tail.Begin(Event(7).Position, _clock.GetTimestamp());

        Assert.That(_tail.Latest.Generation, Is.Not.EqualTo(before.Generation));
        Assert.That(before.NextAsync().IsCompleted, Is.True);
    }

    private void Append(int first, int last) => _tail.Append(
        [.. Enumerable.Range(first, last - first + 1).Select(number => Event(number))], _clock.GetTimestamp());

    private static IEnumerable<int> Numbers(EventSlice slice) => slice.Items.Select(item => (int)item.Position.Number);

    private static FeedEvent Event(long number)
    {
        var id = new Guid((int)number, 7, 7, 1, 2, 3, 4, 5, 6, 7, 8);
        return new FeedEvent(
            EventPosition.Behind(number, id), id, id, 1, number % 2 == 0 ? "even" : "odd", "PO", null,
            OrderStatus.Submitted, DateTimeOffset.UnixEpoch);
    }
}

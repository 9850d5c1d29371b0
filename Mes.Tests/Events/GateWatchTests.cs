using Mes.Infrastructure.Coordination;
using Mes.Infrastructure.Events;
using Mes.Tests.Caching.Support;
using NUnit.Framework;

namespace Mes.Tests.Events;

[Category("Unit")]
internal sealed class GateWatchTests
{
    private readonly SteppedClock _clock = new();
    private GateWatch _watch = null!;

    [SetUp]
    public void Begin() => _watch = new GateWatch(_clock);

    [Test]
    public void An_overdue_row_is_expired_when_it_was_seen_for_as_long_as_licences_live()
    {
        _watch.Look([(1, true)]);
        _clock.AdvanceMonotonic(LicenceTerms.AllExpired - TimeSpan.FromMilliseconds(1));
        _watch.Look([(1, true), (2, true)]);
        Assert.That(_watch.Expired, Is.Empty);

        _clock.AdvanceMonotonic(TimeSpan.FromMilliseconds(1));

        Assert.That(_watch.Expired, Is.EqualTo(new[] { 1 }));
    }

    [Test]
    public void A_step_of_the_wall_clock_makes_no_row_older()
    {
        _watch.Look([(1, true), (2, false)]);

        _clock.AdvanceWall(TimeSpan.FromDays(1));

        Assert.That(_watch.Expired.Concat(_watch.Unsettled), Is.Empty);
    }

    [Test]
    public void The_time_of_an_overdue_row_counts_from_its_mark_and_not_from_before()
    {
        _watch.Look([(1, false)]);
        _clock.AdvanceMonotonic(GateWatch.Abandoned);
        Assert.That(_watch.Unsettled, Is.EqualTo(new[] { 1 }));

        _watch.Look([(1, true)]);

        Assert.That(_watch.Expired, Is.Empty);
        Assert.That(_watch.Unsettled, Is.Empty);
    }

    [Test]
    public void A_row_that_was_gone_begins_anew()
    {
        _watch.Look([(1, true)]);
        _watch.Look([]);
        _clock.AdvanceMonotonic(LicenceTerms.AllExpired);
        _watch.Look([(1, true)]);

        Assert.That(_watch.Expired, Is.Empty);
    }
}

using Mes.Chaos.Checking;
using NUnit.Framework;

namespace Mes.Tests.Unit.Chaos;

[Category("Unit")]
internal sealed class DatabaseClockTests
{
    private const double Hour = 3_600_000;

    private static readonly long Now = Clock.Ticks(10_000);

    [TestCase(900, 1_900)]
    [TestCase(0, 1_000)]
    public void A_time_is_translated_by_what_the_clocks_are_apart(double databaseTime, double expected)
    {
        var clock = Asked(990, 1_010);

        Assert.That(Milliseconds(clock.Translate(At(databaseTime), Now)), Is.EqualTo(expected).Within(0.01));
        Assert.That(Milliseconds(clock.Uncertainty), Is.EqualTo(10).Within(0.01));
    }

    [TestCase(-Hour)]
    [TestCase(Hour)]
    public void A_step_is_taken_off_of_what_was_committed_after_it(double step)
    {
        var clock = Asked(1_000, 1_000);
        clock.Stepped(Clock.Ticks(6_000), Clock.Ticks(6_001), step);

        Assert.That(Milliseconds(clock.Translate(At(4_000), Now)), Is.EqualTo(5_000).Within(0.01));
        Assert.That(Milliseconds(clock.Translate(At(6_000 + step), Now)), Is.EqualTo(7_000).Within(0.01));
    }

    [Test]
    public void A_step_back_and_one_forward_leave_three_times_that_are_told_apart()
    {
        var clock = Asked(0, 0);
        clock.Stepped(Clock.Ticks(1_000), Clock.Ticks(1_000), -Hour);
        clock.Stepped(Clock.Ticks(2_000), Clock.Ticks(2_000), Hour);

        Assert.That(Milliseconds(clock.Translate(At(500), Now)), Is.EqualTo(500).Within(0.01));
        Assert.That(Milliseconds(clock.Translate(At(1_500 - Hour), Now)), Is.EqualTo(1_500).Within(0.01));
        Assert.That(Milliseconds(clock.Translate(At(2_500), Now)), Is.EqualTo(2_500).Within(0.01));
    }

    [Test]
    public void What_the_clock_says_after_a_step_adds_nothing_to_the_uncertainty()
    {
        var clock = Asked(1_000, 1_000);
        clock.Stepped(Clock.Ticks(6_000), Clock.Ticks(6_000), -Hour);
        clock.Add(Clock.Ticks(1_000 + Hour), Clock.Ticks(1_000 + Hour));

        Assert.That(clock.Uncertainty, Is.Zero);
    }

    [Test]
    public void Of_a_time_that_came_twice_it_is_the_later_one()
    {
        var clock = Asked(0, 0);
        clock.Stepped(Clock.Ticks(2 * Hour), Clock.Ticks(2 * Hour), -Hour);

        Assert.That(
            Milliseconds(clock.Translate(At(1.5 * Hour), Clock.Ticks(3 * Hour))), Is.EqualTo(2.5 * Hour).Within(0.01));
    }

    [Test]
    public void A_time_that_never_was_had_to_show_at_no_time()
    {
        var clock = Asked(0, 0);
        clock.Stepped(Clock.Ticks(1_000), Clock.Ticks(1_000), Hour);

        Assert.That(Milliseconds(clock.Translate(At(Hour / 2), Now)), Is.GreaterThan(1_000_000 * Hour));
    }

    private static DatabaseClock Asked(double earliest, double latest)
    {
        var clock = new DatabaseClock();
        clock.Add(Clock.Ticks(earliest), Clock.Ticks(latest));
        return clock;
    }

    private static DateTime At(double milliseconds) => DateTime.UnixEpoch.AddMilliseconds(milliseconds);

    private static double Milliseconds(long ticks) => Clock.Milliseconds(0, ticks);
}

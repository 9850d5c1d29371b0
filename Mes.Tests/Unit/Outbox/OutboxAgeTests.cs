using Mes.Infrastructure.Outbox;
using Mes.Tests.Caching.Support;
using NUnit.Framework;

namespace Mes.Tests.Unit.Outbox;

/// <summary>The reported age of the oldest row while the database's clock is set back and forth.</summary>
[Category("Unit")]
internal sealed class OutboxAgeTests
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private readonly SteppedClock _clock = new();
    private OutboxAge _age = null!;

    [SetUp]
    public void Create() => _age = new OutboxAge(_clock);

    [Test]
    public void The_first_time_it_is_what_the_database_says() => IsTold(90, row: 1, byDatabase: 90);

    [Test]
    public void An_empty_outbox_has_no_age()
    {
        IsTold(90, row: 1, byDatabase: 90);
        Pass();
        IsTold(0, row: null, byDatabase: 0);
    }

    [TestCase(-3600)]
    [TestCase(3600)]
    public void A_row_that_was_seen_before_ages_as_time_passes(int step)
    {
        IsTold(2, row: 1, byDatabase: 2);
        Pass();
        IsTold(7, row: 1, byDatabase: 7 + step);
        Pass();
        IsTold(12, row: 1, byDatabase: 12 + step);
    }

    [Test]
    public void A_row_that_was_not_there_a_look_ago_is_no_older_than_that_look()
    {
        IsTold(0, row: null, byDatabase: 0);
        Pass();
        IsTold(5, row: 1, byDatabase: 3600);
    }

    [Test]
    public void A_row_that_is_the_oldest_now_is_no_older_than_the_one_before_it()
    {
        IsTold(2, row: 1, byDatabase: 2);
        Pass();
        IsTold(7, row: 2, byDatabase: 3600);
        Pass();
        IsTold(3, row: 3, byDatabase: 3);
    }

    [Test]
    public void No_row_is_from_the_future() => IsTold(0, row: 1, byDatabase: -3600);

    private void Pass() => _clock.Advance(Interval);

    private void IsTold(double seconds, long? row, double byDatabase) =>
        Assert.That(
            _age.Measure(row, TimeSpan.FromSeconds(byDatabase)).TotalSeconds, Is.EqualTo(seconds).Within(0.001));
}

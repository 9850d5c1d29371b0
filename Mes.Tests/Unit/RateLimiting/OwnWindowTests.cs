using Mes.Infrastructure.RateLimiting;
using NUnit.Framework;

namespace Mes.Tests.Unit.RateLimiting;

[Category("Unit")]
internal sealed class OwnWindowTests
{
    private const long Window = 3_200;
    private const long Slot = Window / 32;

    [Test]
    public void The_sum_has_everything_of_the_last_window_and_little_more([Range(1, 20)] int seed)
    {
        var random = new Random(seed);
        var window = new OwnWindow(Window);
        List<(long At, long Amount)> added = [];
        var now = 1_000_000L;
        for (var i = 0; i < 500; i++)
        {
            now += random.Next(4) == 0 ? random.Next((int)(2 * Window)) : random.Next(200);
            var amount = random.Next(1, 50);
            window.Add(now, amount);
            added.Add((now, amount));

            var within = added.Where(one => one.At > now - Window).Sum(one => one.Amount);
            var nearly = added.Where(one => one.At > now - Window - Slot).Sum(one => one.Amount);
            Assert.That(window.Sum(now), Is.InRange(within, nearly));
        }
    }

    [Test]
    public void It_tells_when_the_sum_will_have_fallen([Range(1, 20)] int seed)
    {
        var random = new Random(seed);
        var window = new OwnWindow(Window);
        var now = 1_000_000L;
        for (var i = 0; i < 100; i++)
        {
            now += random.Next(200);
            window.Add(now, random.Next(1, 50));
        }

        var value = random.Next((int)window.Sum(now));
        var when = window.WhenAtMost(now, value);

        Assert.That(when, Is.InRange(now, now + Window + Slot));
        Assert.That(window.Sum(when - 1), Is.GreaterThan(value).Or.EqualTo(window.Sum(now)).And.GreaterThan(value));
        Assert.That(window.Sum(when), Is.LessThanOrEqualTo(value));
    }

    [Test]
    public void What_was_added_lately_can_be_removed_and_not_more()
    {
        var window = new OwnWindow(Window);
        window.Add(10_000, 10);
        window.Add(10_000 + (2 * Slot), 10);

        window.Remove(10_000 + (3 * Slot), 12);
        Assert.That(window.Sum(10_000 + (3 * Slot)), Is.EqualTo(8));

        window.Remove(10_000 + (3 * Slot), 100);
        Assert.That(window.Sum(10_000 + (3 * Slot)), Is.Zero);
    }
}

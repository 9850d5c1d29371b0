using Mes.Benchmarks.Peers;
using NUnit.Framework;

namespace Mes.Tests.Unit.Benchmarks;

[Category("Unit")]
internal sealed class ZipfTests
{
    private const int Draws = 100_000;

    [Test]
    public void The_first_rank_is_drawn_ten_times_as_often_as_the_tenth()
    {
        var counts = Count(new Zipf(100));

        Assert.That((double)counts[0] / counts[9], Is.EqualTo(10).Within(1.5));
    }

    [Test]
    public void Every_rank_is_drawn_and_no_other() =>
        Assert.That(Count(new Zipf(100)), Has.Length.EqualTo(100).And.All.GreaterThan(0));

    [Test]
    public void A_single_rank_is_always_drawn() => Assert.That(new Zipf(1).Next(new Random(1)), Is.Zero);

    private static int[] Count(Zipf zipf)
    {
        var random = new Random(1);
        var counts = new int[100];
        for (var draw = 0; draw < Draws; draw++)
        {
            counts[zipf.Next(random)]++;
        }

        return counts;
    }
}

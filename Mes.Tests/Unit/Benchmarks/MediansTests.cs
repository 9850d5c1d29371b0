using Mes.Benchmarks.Peers;
using NUnit.Framework;

namespace Mes.Tests.Unit.Benchmarks;

[Category("Unit")]
internal sealed class MediansTests
{
    [TestCase(new[] { 3.0 }, 3.0)]
    [TestCase(new[] { 9.0, 1.0, 2.0 }, 2.0)]
    [TestCase(new[] { 9.0, 1.0, 2.0, 4.0 }, 3.0)]
    public void The_median_is_the_middle_value(double[] values, double median) =>
        Assert.That(Medians.Of(values), Is.EqualTo(median));

    [Test]
    public void Nothing_has_no_median() => Assert.That(Medians.Of([]), Is.NaN);

    [Test]
    public void Ratios_are_taken_within_a_round()
    {
        // In the second round the machine was four times as slow.
        double[] values = [200, 50, 220], references = [100, 25, 100];

        Assert.That(Medians.OfRatios(values, references), Is.EqualTo(2.0));
    }
}

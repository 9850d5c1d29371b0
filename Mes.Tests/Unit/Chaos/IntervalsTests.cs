using Mes.Chaos.Checking;
using NUnit.Framework;

namespace Mes.Tests.Unit.Chaos;

[Category("Unit")]
internal sealed class IntervalsTests
{
    private static readonly Intervals Three = new([(50, 60), (10, 20), (15, 30)]);

    [TestCase(0, 9, false)]
    [TestCase(0, 10, true)]
    [TestCase(25, 25, true, Description = "inside of two that were merged")]
    [TestCase(30, 31, true)]
    [TestCase(31, 49, false)]
    [TestCase(31, 50, true)]
    [TestCase(0, 100, true)]
    [TestCase(61, 100, false)]
    public void Touching_is_told_for_merged_intervals_with_their_ends(long start, long end, bool touches) =>
        Assert.That(Three.Touch(start, end), Is.EqualTo(touches));

    [TestCase(0, 5, 0)]
    [TestCase(0, 15, 5)]
    [TestCase(12, 14, 2)]
    [TestCase(25, 55, 10)]
    public void What_is_in_them_is_counted_once(long start, long end, long ticks) =>
        Assert.That(Three.Within(start, end), Is.EqualTo(ticks));

    [TestCase(0, 5, 5)]
    [TestCase(0, 9, 9)]
    [TestCase(0, 10, 41)]
    [TestCase(12, 10, 41)]
    [TestCase(12, 19, 80, Description = "does not fit between the two")]
    [TestCase(70, 10, 80)]
    public void The_first_clear_stretch_is_found(long from, long length, long end) =>
        Assert.That(Three.AfterClear(from, length), Is.EqualTo(end));
}

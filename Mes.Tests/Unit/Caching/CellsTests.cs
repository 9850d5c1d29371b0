using Mes.Infrastructure.Coordination;
using Mes.Infrastructure.Redis;
using NUnit.Framework;

namespace Mes.Tests.Unit.Caching;

[Category("Unit")]
internal sealed class CellsTests
{
    /// <summary>
    /// Instances of different versions must agree on these values. They change only together with the layout of the
    /// indexes.
    /// </summary>
    [TestCase("00000000-0000-0000-0000-000000000000", 12, ExpectedResult = 9)]
    [TestCase("0199a5b0-1234-7abc-8def-0123456789ab", 12, ExpectedResult = 2)]
    [TestCase("0199a5b0-1234-7abc-8def-0123456789ac", 12, ExpectedResult = 7)]
    [TestCase("0199a5b0-1234-7abc-8def-0123456789ac", 5, ExpectedResult = 3)]
    [TestCase("0199a5b0-1234-7abc-8def-0123456789ac", 1, ExpectedResult = 0)]
    public int An_order_has_the_same_cell_for_ever(string id, int count) => new Cells(count).Of(Guid.Parse(id));

    [Test]
    public void Orders_are_spread_evenly([Values(2, 3, 12, 100)] int count)
    {
        const int Each = 1_000;
        var cells = new Cells(count);

        // Consecutive ids, because ids of the same second are alike.
        var sizes = Enumerable.Range(0, Each * count)
            .CountBy(
                i => cells.Of(new Guid(0x0199a5b0, 0x1234, 0x7abc, 0x8d, 0xef, 1, 2, (byte)(i >> 24), (byte)(i >> 16),
                    (byte)(i >> 8), (byte)i)));

        Assert.That(sizes.Select(size => size.Key), Is.EquivalentTo(Enumerable.Range(0, count)));
        Assert.That(sizes.Select(size => size.Value), Is.All.InRange(Each * 8 / 10, Each * 12 / 10));
    }

    [Test]
    public void There_is_at_least_one_cell_and_no_more_than_slots(
        [Values(0, -1, CacheOptions.MaxCells + 1)] int count) =>
        Assert.That(() => new Cells(count), Throws.InstanceOf<ArgumentOutOfRangeException>());

    [TestCase("mes:{3}:17:o:x", 3, 17)]
    [TestCase("mes:q:17:{0}:throughput", Cells.Common, 17)]
    [TestCase("mes:q:17:throughput", Cells.Common, 17)]
    public void A_key_says_its_cell_and_epoch(string key, int cell, long epoch)
    {
        var found = KeySpace.EpochOf(key)!.Value;

        Assert.That((found.Cell, found.Number), Is.EqualTo((cell, epoch)));
    }

    [TestCase("mes:settings")]
    [TestCase("mes:{x}:17:o:x")]
    [TestCase("mes:{3}:x:o:x")]
    [TestCase("mes:3:17:o:x")]
    [TestCase("mes:{-3}:17:o:x")]
    [TestCase("somebody:else")]
    public void A_key_that_is_not_the_services_has_no_epoch(string key) => Assert.That(KeySpace.EpochOf(key), Is.Null);
}

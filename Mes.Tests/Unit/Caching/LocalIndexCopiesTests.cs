using System.Text;
using Mes.Application.Snapshots;
using Mes.Domain.Orders;
using Mes.Infrastructure.Caching.Indexes;
using Mes.Infrastructure.Coordination;
using NUnit.Framework;

namespace Mes.Tests.Unit.Caching;

[Category("Unit")]
internal sealed class LocalIndexCopiesTests
{
    [TestCase(1)]
    [TestCase(4)]
    public void The_size_of_a_copy_covers_its_orders_and_the_bytes_that_are_made_of_them(int cells)
    {
        // Long ones, so that the JSON outweighs what is estimated beside it.
        var json = Encoding.UTF8.GetBytes($"\"{new string('a', 10_000)}\"");
        var orders = Enumerable.Repeat(Given.Snapshot(OrderStatus.Packaging) with { Json = json }, 100).ToArray();
        var parts = Enumerable.Range(0, cells).Select(cell =>
            new LocalIndexCopies.Part(new CacheEpoch(cell, 1), "-7", new SelectedOrders([100], orders))).ToArray();
        var whole = cells == 1 ? parts[0].Orders : new SelectedOrders([100 * cells], orders);

        var made = whole.Share(all => new { all.Orders }).Json.Length;

        Assert.That(
            new LocalIndexCopies.Copy(parts, whole).Bytes,
            Is.InRange((cells * 100L * json.Length) + made, 2 * (cells + 1) * made));
    }
}

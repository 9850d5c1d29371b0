using Mes.Application.Caching;
using Mes.Application.Paging;
using Mes.Application.Snapshots;

namespace Mes.Application.Orders.ListOrders;

/// <summary>
/// The cache's index of each seller's orders. A put changes it in the same step as the order, so it stays correct while
/// orders change. An index that is lost, evicted or incomplete is a miss, never an empty list (bug class 13); it is
/// then built in the background.
/// </summary>
public interface IOrderListIndex
{
    /// <summary>
    /// A page of one seller's orders: one snapshot, in one round trip. Never throws because Redis is away, and never
    /// takes longer than the cache's read timeout.
    /// </summary>
    /// <returns>A bypass where no index is sorted by what the filter asks for.</returns>
    ValueTask<CacheRead<IReadOnlyList<OrderSnapshot>>> ReadListAsync(
        OrderFilter filter, PagePosition? after, int count);
}

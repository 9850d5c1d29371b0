using Mes.Application.Snapshots;

namespace Mes.Application.Caching;

/// <summary>
/// The groups of orders in the cache: the board, and each seller's orders. The put of an order changes them in the same
/// step as the order itself, so they stay right while orders change. Each answer is one snapshot, and takes one round
/// trip. An index that is lost, evicted or not yet whole is a miss, never "no orders" (bug class 13); it is then built
/// in the background. No member throws because the cache is away, and none takes longer than the cache's read timeout.
/// </summary>
public interface IOrderIndexes
{
    /// <returns>The selected orders; a bypass for a selection that no index is sorted like.</returns>
    ValueTask<CacheRead<SelectedOrders>> ReadAsync(OrderSelection selection);
}

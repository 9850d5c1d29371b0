using Mes.Application.Board;
using Mes.Application.Board.GetBoardColumn;
using Mes.Application.Orders;
using Mes.Application.Orders.ListOrders;
using Mes.Application.Paging;
using Mes.Domain.Orders;

namespace Mes.Application.Caching;

/// <summary>
/// The groups of orders in the cache: the board, and each seller's orders. They are changed by the same put as the order
/// itself, in one step, so they stay good while orders change. Each answer is one snapshot, and one round trip. An index that
/// is lost, evicted or not yet whole is a miss, never "no orders" (bug class 13); it is then built in the background. No member
/// throws because the cache is away, and none takes longer than the cache's budget.
/// </summary>
public interface IOrderIndexes
{
    /// <summary>The counts of all active statuses, and of each the orders that are in it longest.</summary>
    ValueTask<CacheRead<BoardCards>> ReadBoardAsync(int cardsPerStatus);

    /// <summary>A page of one column, and how many orders the whole column has.</summary>
    ValueTask<CacheRead<ColumnCards>> ReadColumnAsync(OrderStatus status, BoardSort sort, PagePosition? after, int count);

    /// <summary>A page of one seller's orders. What no index is sorted by is a bypass.</summary>
    ValueTask<CacheRead<IReadOnlyList<OrderSnapshot>>> ReadListAsync(OrderFilter filter, PagePosition? after, int count);
}

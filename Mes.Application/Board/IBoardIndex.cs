using Mes.Application.Board.GetBoardColumn;
using Mes.Application.Caching;
using Mes.Application.Paging;
using Mes.Domain.Orders;

namespace Mes.Application.Board;

/// <summary>
/// The cache's index of the active orders by status. A put changes it in the same step as the order, so it stays
/// correct while orders change. Each answer is one snapshot, in one round trip. A lost, evicted or incomplete index is
/// a miss, never an empty board (bug class 13); it is then built in the background. No member throws because Redis is
/// away, and none takes longer than the cache's read timeout.
/// </summary>
public interface IBoardIndex
{
    /// <summary>The counts of all active statuses, and of each the orders that are in it longest.</summary>
    ValueTask<CacheRead<BoardCards>> ReadBoardAsync(int cardsPerStatus);

    /// <summary>A page of one column, and how many orders the whole column has.</summary>
    ValueTask<CacheRead<ColumnCards>> ReadColumnAsync(
        OrderStatus status, BoardSort sort, PagePosition? after, int count);
}

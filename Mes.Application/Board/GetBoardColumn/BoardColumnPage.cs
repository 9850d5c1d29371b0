using Mes.Application.Paging;
using Mes.Application.Snapshots;

namespace Mes.Application.Board.GetBoardColumn;

/// <summary>A page of one column.</summary>
/// <param name="Items">The orders of this page, in the order that was asked for.</param>
/// <param name="Next">The <c>cursor</c> of the next page; null on the last.</param>
/// <param name="Count">How many orders the whole column has, in the same snapshot.</param>
public sealed record BoardColumnPage(IReadOnlyList<OrderSnapshot> Items, string? Next, int Count)
{
    /// <param name="found">One order more than the page shows, if there is a next page.</param>
    internal static BoardColumnPage Of(SelectedOrders found, GetBoardColumn query, ICursorProtector cursors)
    {
        var (items, next) = cursors.Cut(found.Orders, query.Limit, order => order.StatusChangedAt, query.CursorScope);
        return new BoardColumnPage(items, next, found.Totals[0]);
    }
}

using Mes.Application.Paging;
using Mes.Application.Snapshots;

namespace Mes.Application.Orders.ListOrders;

/// <summary>A page of orders.</summary>
/// <param name="Items">The orders of this page, in the order that was asked for.</param>
/// <param name="Next">The <c>cursor</c> of the next page; null on the last.</param>
public sealed record OrderPage(IReadOnlyList<OrderSnapshot> Items, string? Next)
{
    /// <param name="found">One more than the page shows, if there is a next page.</param>
    internal static OrderPage Of(IReadOnlyList<OrderSnapshot> found, ListOrders query, ICursorProtector cursors)
    {
        var (items, next) = cursors.Cut(found, query.Limit, query.Sort.TimeOf, query.CursorScope);
        return new OrderPage(items, next);
    }
}

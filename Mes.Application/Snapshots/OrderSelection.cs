using Mes.Domain.Orders;

namespace Mes.Application.Snapshots;

/// <summary>Which orders a query about many shows. An index of the cache or the database answers it alike.</summary>
public abstract record OrderSelection
{
    private OrderSelection()
    {
    }

    /// <summary>Of each active status, the orders that have been in it longest.</summary>
    /// <param name="CardsPerStatus">How many orders of each status at most.</param>
    public sealed record Board(int CardsPerStatus) : OrderSelection;

    /// <summary>
    /// Orders of one active status. Ties are broken by id. No index answers a filter or is sorted by due date.
    /// </summary>
    /// <param name="After">The position to start behind; null for the start.</param>
    /// <param name="Count">How many orders at most.</param>
    /// <param name="Filter">Null for the whole column.</param>
    /// <param name="AsOf">When an order must have been due to be overdue; of no meaning without a filter.</param>
    public sealed record Column(
        OrderStatus Status,
        BoardSort Sort,
        PagePosition? After,
        int Count,
        BoardFilter? Filter = null,
        DateTimeOffset AsOf = default)
        : OrderSelection;

    /// <summary>Orders of one seller or of all. No index is sorted like some of these lists.</summary>
    /// <param name="After">The position to start behind; null for the start.</param>
    /// <param name="Count">How many orders at most.</param>
    public sealed record List(OrderFilter Filter, PagePosition? After, int Count) : OrderSelection;
}

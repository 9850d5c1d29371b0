using Mes.Domain.Orders;

namespace Mes.Application.Board.GetBoard;

/// <summary>The whole board, as of one moment.</summary>
/// <param name="Counts">Of every active status, also where it is 0.</param>
/// <param name="Columns">One for every active status, in the order an order passes through them.</param>
public sealed record BoardView(IReadOnlyDictionary<OrderStatus, int> Counts, IReadOnlyList<BoardColumn> Columns, DateTimeOffset AsOf)
{
    internal static BoardView Of(BoardCards cards, DateTimeOffset asOf)
    {
        var byStatus = cards.Orders.ToLookup(order => order.Status);
        return new BoardView(
            OrderStatuses.Active.ToDictionary(status => status, status => cards.Counts.GetValueOrDefault(status)),
            [.. OrderStatuses.Active.Select(status => new BoardColumn(status, [.. byStatus[status]]))],
            asOf);
    }
}

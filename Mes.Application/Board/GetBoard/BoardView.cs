using System.Text.Json.Serialization;
using Mes.Application.Snapshots;
using Mes.Domain.Orders;

namespace Mes.Application.Board.GetBoard;

/// <summary>The whole board, as of one moment.</summary>
/// <param name="Counts">Of every active status, also where it is 0.</param>
/// <param name="Columns">One for every active status, in the order an order passes through them.</param>
/// <param name="AsOf">When it was asked for: whatever was acknowledged before is in it.</param>
public sealed record BoardView(
    IReadOnlyDictionary<OrderStatus, int> Counts, IReadOnlyList<BoardColumn> Columns, DateTimeOffset AsOf)
{
    /// <summary>
    /// <see cref="Counts"/> and <see cref="Columns"/> in a JSON object, in UTF-8. Requests for the same orders share
    /// it.
    /// </summary>
    [JsonIgnore]
    public ReadOnlyMemory<byte> SharedJson { get; private init; }

    /// <param name="found">An <see cref="OrderSelection.Board"/>.</param>
    internal static BoardView Of(SelectedOrders found, DateTimeOffset asOf)
    {
        var shared = found.Share(static board =>
        {
            var byStatus = board.Orders.ToLookup(order => order.Status);
            return new
            {
                Counts = OrderStatuses.Active.Zip(board.Totals).ToDictionary(),
                Columns = OrderStatuses.Active.Select(status => ColumnOf(status, [.. byStatus[status]])).ToList(),
            };
        });
        return new BoardView(shared.Content.Counts, shared.Content.Columns, asOf) { SharedJson = shared.Json };
    }

    /// <param name="orders">Those longest in the status first.</param>
    private static BoardColumn ColumnOf(OrderStatus status, IReadOnlyList<OrderSnapshot> orders) =>
        new(status, orders.Count > 0 ? orders[0].StatusChangedAt : null, orders);
}

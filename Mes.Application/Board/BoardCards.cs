using System.Text.Json;
using Mes.Application.Json;
using Mes.Application.Snapshots;
using Mes.Domain.Orders;

namespace Mes.Application.Board;

/// <summary>The cards of the whole board, in one snapshot. Immutable, so that many requests may share one.</summary>
public sealed class BoardCards
{
    private byte[]? _json;

    private BoardCards(SelectedOrders board)
    {
        var byStatus = board.Orders.ToLookup(order => order.Status);
        Counts = OrderStatuses.Active.Zip(board.Totals).ToDictionary();
        Columns = [.. OrderStatuses.Active.Select(status => new BoardColumn(status, [.. byStatus[status]]))];
    }

    /// <summary>How many orders are in each active status; 0 for a status without orders.</summary>
    public IReadOnlyDictionary<OrderStatus, int> Counts { get; }

    /// <summary>One for every active status, in the order in which an order passes through them.</summary>
    public IReadOnlyList<BoardColumn> Columns { get; }

    /// <summary>Both as a JSON object in UTF-8, as it goes out. Made when first needed.</summary>
    public ReadOnlyMemory<byte> Json =>
        _json ??= JsonSerializer.SerializeToUtf8Bytes(new { Counts, Columns }, MesJson.Options);

    /// <param name="board">An <see cref="OrderSelection.Board"/>.</param>
    public static BoardCards Of(SelectedOrders board) => new(board);
}

using System.Text.Json;
using Mes.Application.Json;
using Mes.Application.Snapshots;
using Mes.Domain.Orders;

namespace Mes.Application.Board;

/// <summary>The whole board as of one moment. Does not change, so that one may be shown to many.</summary>
public sealed class BoardCards
{
    private byte[]? _json;

    /// <param name="counts">Of the active statuses; one that is not there has none.</param>
    /// <param name="orders">Of each status those that are in it longest, in this order.</param>
    public BoardCards(IReadOnlyDictionary<OrderStatus, int> counts, IEnumerable<OrderSnapshot> orders)
    {
        var byStatus = orders.ToLookup(order => order.Status);
        Counts = OrderStatuses.Active.ToDictionary(status => status, status => counts.GetValueOrDefault(status));
        Columns = [.. OrderStatuses.Active.Select(status => new BoardColumn(status, [.. byStatus[status]]))];
    }

    /// <summary>Of every active status, also where it is 0.</summary>
    public IReadOnlyDictionary<OrderStatus, int> Counts { get; }

    /// <summary>One for every active status, in the order an order passes through them.</summary>
    public IReadOnlyList<BoardColumn> Columns { get; }

    /// <summary>Both in UTF-8: a JSON object, as it goes out. Made when first asked for.</summary>
    public ReadOnlyMemory<byte> Json => _json ??= JsonSerializer.SerializeToUtf8Bytes(new { Counts, Columns }, MesJson.Options);
}

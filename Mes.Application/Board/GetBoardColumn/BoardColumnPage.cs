using System.Text.Json.Serialization;
using Mes.Application.Paging;
using Mes.Application.Snapshots;

namespace Mes.Application.Board.GetBoardColumn;

/// <summary>A page of one column.</summary>
/// <param name="Items">The orders of this page, in the order that was asked for.</param>
/// <param name="Next">The <c>cursor</c> of the next page; null on the last.</param>
/// <param name="Count">How many orders of the column the filters leave, in the same snapshot.</param>
public sealed record BoardColumnPage(
    [property: JsonConverter(typeof(CardsConverter))] IReadOnlyList<OrderSnapshot> Items, string? Next, int Count)
{
    /// <summary>The <see cref="Items"/> in a JSON object, in UTF-8. Requests for the same orders share it.</summary>
    [JsonIgnore]
    public ReadOnlyMemory<byte> SharedJson { get; private init; }

    /// <param name="found">One order more than the page shows, if there is a next page.</param>
    internal static BoardColumnPage Of(SelectedOrders found, GetBoardColumn query, ICursorProtector cursors)
    {
        var shared = found.Share(column => new Cards([.. column.Orders.Take(query.Limit)]));
        var next = cursors.Next(found.Orders, query.Limit, order => query.Sort.TimeOf(order), query.CursorScope);
        return new BoardColumnPage(shared.Content.Items, next, found.Totals[0]) { SharedJson = shared.Json };
    }

    private sealed record Cards(
        [property: JsonConverter(typeof(CardsConverter))] IReadOnlyList<OrderSnapshot> Items);
}

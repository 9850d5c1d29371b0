using System.Text.Json.Serialization;
using Mes.Domain.Orders;

namespace Mes.Application.Board.GetBoard;

/// <summary>The whole board, as of one moment.</summary>
/// <param name="Cards">What it shows; its JSON goes out as it is.</param>
/// <param name="AsOf">When it was asked for: whatever was acknowledged before is in it.</param>
public sealed record BoardView(
    [property: JsonIgnore] BoardCards Cards,
    [property: JsonPropertyOrder(1)] DateTimeOffset AsOf)
{
    /// <summary>Of every active status, also where it is 0.</summary>
    public IReadOnlyDictionary<OrderStatus, int> Counts => Cards.Counts;

    /// <summary>One for every active status, in the order an order passes through them.</summary>
    public IReadOnlyList<BoardColumn> Columns => Cards.Columns;
}

using System.Text.Json.Serialization;
using Mes.Application.Snapshots;
using Mes.Domain.Orders;

namespace Mes.Application.Board;

/// <summary>The first orders of one status, those longest in it first.</summary>
/// <param name="Status">Which status they are in.</param>
/// <param name="OldestAt">Since when the first of them is in it; null for an empty column.</param>
/// <param name="Items">Not more of them than were asked for; how many there are stands in the counts.</param>
public sealed record BoardColumn(
    OrderStatus Status,
    DateTimeOffset? OldestAt,
    [property: JsonConverter(typeof(CardsConverter))] IReadOnlyList<OrderSnapshot> Items);

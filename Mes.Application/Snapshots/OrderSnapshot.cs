using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using Mes.Application.Json;
using Mes.Domain.Orders;

namespace Mes.Application.Snapshots;

/// <summary>
/// One version of one order: the JSON that callers get, and the values that the service needs without parsing it.
/// </summary>
/// <param name="Json">The <see cref="OrderDocument"/> in UTF-8.</param>
[JsonConverter(typeof(OrderSnapshotConverter))]
public sealed record OrderSnapshot(
    Guid Id,
    int Version,
    string SellerId,
    OrderStatus Status,
    DateTimeOffset StatusChangedAt,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt,
    ReadOnlyMemory<byte> Json)
{
    // Beside the change and not in it: the domain does not know how orders go out.
    private static readonly ConditionalWeakTable<StatusChange, OrderSnapshot> OfChanges = new();

    /// <summary>The order after a change. It is serialised once, for the cache and for the answer.</summary>
    public static OrderSnapshot After(StatusChange change) =>
        OfChanges.GetValue(change, static change => From(change.Order));

    public static OrderSnapshot From(Order order) => From(OrderDocument.From(order));

    public static OrderSnapshot From(OrderDocument order) => new(
        order.Id,
        order.Version,
        order.SellerId,
        order.Status,
        order.StatusChangedAt,
        order.CreatedAt,
        order.UpdatedAt,
        JsonSerializer.SerializeToUtf8Bytes(order, MesJson.Options));
}

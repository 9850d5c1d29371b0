using System.Runtime.CompilerServices;
using System.Text.Json;
using Mes.Application.Json;
using Mes.Domain.Orders;

namespace Mes.Application.Orders;

/// <summary>
/// One version of one order, as it goes out: the JSON bytes and what must be known without parsing them.
/// </summary>
/// <param name="Json">The <see cref="OrderDocument"/> in UTF-8.</param>
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

    public static OrderSnapshot From(Order order) => new(
        order.Id,
        order.Version,
        order.SellerId,
        order.Status,
        order.StatusChangedAt,
        order.CreatedAt,
        order.UpdatedAt,
        JsonSerializer.SerializeToUtf8Bytes(OrderDocument.From(order), MesJson.Options));
}

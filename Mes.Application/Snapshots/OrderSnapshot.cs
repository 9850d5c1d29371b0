using System.Text.Json;
using System.Text.Json.Serialization;
using Mes.Application.Json;
using Mes.Domain.Orders;

namespace Mes.Application.Snapshots;

/// <summary>
/// One version of one order, as it goes out: the JSON bytes and what must be known without parsing them.
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

using System.ComponentModel;
using System.Text.Json.Serialization;
using Mes.Application.Snapshots;
using Mes.Domain.Orders;

namespace Mes.Contenders;

/// <summary>
/// What the contenders cache of an order: the bytes that go out, and the values that the pipeline needs. Marked as
/// immutable, so that HybridCache hands out the instance that it has instead of a copy.
/// </summary>
[ImmutableObject(true)]
internal sealed record CachedOrder(
    Guid Id,
    int Version,
    string SellerId,
    OrderStatus Status,
    DateTimeOffset StatusChangedAt,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt,
    byte[] Json)
{
    private OrderSnapshot? _snapshot;

    /// <summary>Made once for each instance.</summary>
    [JsonIgnore]
    public OrderSnapshot Snapshot =>
        _snapshot ??= new(Id, Version, SellerId, Status, StatusChangedAt, CreatedAt, UpdatedAt, Json);

    public static CachedOrder From(OrderSnapshot order) =>
        new(order.Id, order.Version, order.SellerId, order.Status, order.StatusChangedAt, order.CreatedAt,
            order.UpdatedAt, order.Json.ToArray())
        {
            _snapshot = order,
        };
}

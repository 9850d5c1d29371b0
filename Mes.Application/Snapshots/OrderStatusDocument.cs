using Mes.Domain.Orders;

namespace Mes.Application.Snapshots;

/// <summary>The answer to the question that sellers poll.</summary>
/// <param name="Id">The order's id, a UUID of version 7.</param>
/// <param name="Status">Where the order stands.</param>
/// <param name="Version">Of the whole order: it rises by exactly 1 with every change, also with one that leaves the status.</param>
/// <param name="StatusChangedAt">Since when the order is in its status.</param>
public sealed record OrderStatusDocument(Guid Id, OrderStatus Status, int Version, DateTimeOffset StatusChangedAt)
{
    public static OrderStatusDocument From(OrderSnapshot order) => new(order.Id, order.Status, order.Version, order.StatusChangedAt);
}

using Mes.Domain.Orders;

namespace Mes.Application.Snapshots;

/// <summary>An order's status: the answer that sellers poll.</summary>
/// <param name="Id">The order's id, a UUID of version 7.</param>
/// <param name="Status">The order's status.</param>
/// <param name="Version">
/// The whole order's version: every change raises it by exactly 1, even one that keeps the status.
/// </param>
/// <param name="StatusChangedAt">When the order entered its status.</param>
public sealed record OrderStatusDocument(Guid Id, OrderStatus Status, int Version, DateTimeOffset StatusChangedAt)
{
    public static OrderStatusDocument From(OrderSnapshot order) =>
        new(order.Id, order.Status, order.Version, order.StatusChangedAt);
}

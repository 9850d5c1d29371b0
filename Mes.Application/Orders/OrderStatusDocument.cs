using Mes.Domain.Orders;

namespace Mes.Application.Orders;

/// <summary>The answer to the question that sellers poll.</summary>
public sealed record OrderStatusDocument(Guid Id, OrderStatus Status, int Version, DateTimeOffset StatusChangedAt)
{
    public static OrderStatusDocument From(OrderSnapshot order) => new(order.Id, order.Status, order.Version, order.StatusChangedAt);
}

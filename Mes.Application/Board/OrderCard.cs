using Mes.Domain.Orders;

namespace Mes.Application.Board;

/// <summary>What the board shows of an order.</summary>
public sealed record OrderCard(
    Guid Id,
    string SellerId,
    string ExternalId,
    string Material,
    int Quantity,
    DateTimeOffset? DueAt,
    string? OperatorId,
    OrderStatus Status,
    int Version,
    DateTimeOffset CreatedAt,
    DateTimeOffset StatusChangedAt)
{
    public static OrderCard From(Order order) => new(
        order.Id,
        order.SellerId,
        order.ExternalId,
        order.Material,
        order.Quantity,
        order.DueAt,
        order.OperatorId,
        order.Status,
        order.Version,
        order.CreatedAt,
        order.StatusChangedAt);
}

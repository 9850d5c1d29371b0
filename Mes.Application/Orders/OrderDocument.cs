using Mes.Domain.Orders;

namespace Mes.Application.Orders;

/// <summary>An order, as callers see it.</summary>
public sealed record OrderDocument(
    Guid Id,
    string SellerId,
    string ExternalId,
    Model3D Model,
    string Material,
    int Quantity,
    DateTimeOffset? DueAt,
    string? Notes,
    Price? Price,
    string? OperatorId,
    Shipment? Shipment,
    OrderStatus Status,
    int Version,
    DateTimeOffset CreatedAt,
    DateTimeOffset StatusChangedAt,
    DateTimeOffset UpdatedAt)
{
    public static OrderDocument From(Order order) => new(
        order.Id,
        order.SellerId,
        order.ExternalId,
        order.Model,
        order.Material,
        order.Quantity,
        order.DueAt,
        order.Notes,
        order.Price,
        order.OperatorId,
        order.Shipment,
        order.Status,
        order.Version,
        order.CreatedAt,
        order.StatusChangedAt,
        order.UpdatedAt);
}

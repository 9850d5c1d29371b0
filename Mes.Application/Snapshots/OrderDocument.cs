using Mes.Domain.Orders;

namespace Mes.Application.Snapshots;

/// <summary>An order, as callers see it.</summary>
/// <param name="Id">The order's id, a UUID of version 7.</param>
/// <param name="SellerId">Whose order it is; from the key it was submitted with.</param>
/// <param name="ExternalId">The seller's own reference, unique per seller.</param>
/// <param name="Model">The 3D model that is to be made.</param>
/// <param name="Material">What to make it from.</param>
/// <param name="Quantity">How many to make.</param>
/// <param name="DueAt">When the seller needs it.</param>
/// <param name="Notes">What the seller wants the factory to know.</param>
/// <param name="Price">What the seller pays; null before it is set.</param>
/// <param name="OperatorId">Who claimed the order; null before a claim and after a release.</param>
/// <param name="Shipment">How the order travels; null before it is shipped.</param>
/// <param name="Status">The order's status.</param>
/// <param name="Version">Starts at 1; every change raises it by exactly 1.</param>
/// <param name="CreatedAt">When the order was submitted.</param>
/// <param name="StatusChangedAt">When the order entered its status.</param>
/// <param name="UpdatedAt">When the order was last changed.</param>
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

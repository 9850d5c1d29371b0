using Mes.Domain.Callers;

namespace Mes.Domain.Orders;

/// <summary>One transition of an order: from which statuses, to which status, and who may make it.</summary>
/// <param name="Name">The name in the API: the sub-resource of the order that callers post to.</param>
/// <param name="From">The statuses that allow it.</param>
/// <param name="To">The status that it leads to.</param>
/// <param name="Roles">Who may do it at all. A seller may only ever act on its own orders.</param>
/// <param name="OnlyClaimant">An operator must be the one who claimed the order.</param>
public sealed record OrderTransition(
    string Name,
    IReadOnlyList<OrderStatus> From,
    OrderStatus To,
    IReadOnlyList<Role> Roles,
    bool OnlyClaimant = false)
{
    private static readonly OrderStatus[] BeforeManufacturing =
        [OrderStatus.Submitted, OrderStatus.PriceCalculated, OrderStatus.ManufacturingApproved];

    public static readonly OrderTransition SetPrice =
        new("price", [OrderStatus.Submitted], OrderStatus.PriceCalculated, [Role.Service]);

    public static readonly OrderTransition Approve =
        new("approval", [OrderStatus.PriceCalculated], OrderStatus.ManufacturingApproved, [Role.Service]);

    public static readonly OrderTransition Claim =
        new("claim", [OrderStatus.ManufacturingApproved], OrderStatus.ManufacturingStarted, [Role.Operator]);

    /// <summary>By the claimant, or by a service when that operator is gone.</summary>
    public static readonly OrderTransition Release =
        new("release", [OrderStatus.ManufacturingStarted], OrderStatus.ManufacturingApproved,
            [Role.Operator, Role.Service], OnlyClaimant: true);

    public static readonly OrderTransition Complete =
        new("completion", [OrderStatus.ManufacturingStarted], OrderStatus.ManufacturingCompleted, [Role.Operator],
            OnlyClaimant: true);

    public static readonly OrderTransition Package =
        new("packaging", [OrderStatus.ManufacturingCompleted], OrderStatus.Packaging, [Role.Operator]);

    public static readonly OrderTransition Ship =
        new("shipment", [OrderStatus.Packaging], OrderStatus.Shipped, [Role.Operator]);

    public static readonly OrderTransition Close =
        new("closure", [OrderStatus.Shipped], OrderStatus.Closed, [Role.Service]);

    public static readonly OrderTransition Cancel =
        new("cancellation", BeforeManufacturing, OrderStatus.Cancelled, [Role.Seller, Role.Service]);

    public static readonly OrderTransition Reject =
        new("rejection", BeforeManufacturing, OrderStatus.Rejected, [Role.Service]);

    public static IReadOnlyList<OrderTransition> All { get; } =
        [SetPrice, Approve, Claim, Release, Complete, Package, Ship, Close, Cancel, Reject];
}

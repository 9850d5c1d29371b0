namespace Mes.Domain.Orders;

/// <summary>
/// The status of an order. <see cref="OrderStatuses"/> has the names that callers and the database see.
/// </summary>
public enum OrderStatus
{
    Submitted,
    PriceCalculated,
    ManufacturingApproved,
    ManufacturingStarted,
    ManufacturingCompleted,
    Packaging,
    Shipped,
    Closed,
    Cancelled,
    Rejected,
}

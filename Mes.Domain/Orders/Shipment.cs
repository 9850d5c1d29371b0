namespace Mes.Domain.Orders;

/// <summary>How a finished order travels; both 1 to 64 characters.</summary>
public sealed record Shipment(string Carrier, string TrackingNumber);

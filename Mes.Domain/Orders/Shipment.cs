namespace Mes.Domain.Orders;

/// <summary>How a finished order travels; both 1 to 64 characters.</summary>
/// <param name="Carrier">Who transports it.</param>
/// <param name="TrackingNumber">The carrier's number for the parcel.</param>
public sealed record Shipment(string Carrier, string TrackingNumber);

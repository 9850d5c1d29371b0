namespace Mes.Api.Orders.Bodies;

/// <summary>How the order travels.</summary>
/// <param name="Carrier">Who transports it.</param>
/// <param name="TrackingNumber">The carrier's number for the parcel.</param>
internal sealed record ShipmentBody(string? Carrier, string? TrackingNumber);

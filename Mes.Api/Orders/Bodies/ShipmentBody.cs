namespace Mes.Api.Orders.Bodies;

/// <summary>How the order travels.</summary>
internal sealed record ShipmentBody(string? Carrier, string? TrackingNumber);

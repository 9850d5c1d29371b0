namespace Mes.Api.Orders.Bodies;

/// <summary>How the order travels.</summary>
/// <param name="Carrier">Who transports it.</param>
/// <param name="TrackingNumber">By which the carrier knows it.</param>
internal sealed record ShipmentBody(string? Carrier, string? TrackingNumber);

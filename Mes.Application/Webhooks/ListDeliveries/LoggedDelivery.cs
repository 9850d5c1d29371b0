namespace Mes.Application.Webhooks.ListDeliveries;

/// <summary>A row of the log, and where it stands.</summary>
public sealed record LoggedDelivery(DeliveryPosition Position, DeliveryDocument Document);

namespace Mes.Application.Webhooks;

/// <summary>An event that is on its way to a webhook because the seller has asked for it.</summary>
/// <param name="EventId">Its id, as in the log of deliveries.</param>
public sealed record SentEvent(Guid EventId);

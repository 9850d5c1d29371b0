namespace Mes.Application.Events;

/// <summary>What the seller is told of one of its webhooks. New fields may come.</summary>
/// <param name="WebhookId">The webhook to which nothing is sent any more.</param>
/// <param name="Reason">Why: no-success, gone or admin.</param>
public sealed record WebhookEventData(Guid WebhookId, string Reason) : IEventData;

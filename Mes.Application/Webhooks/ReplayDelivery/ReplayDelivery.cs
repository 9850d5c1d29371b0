using Mes.Application.Messaging;
using Mes.Domain.Callers;

namespace Mes.Application.Webhooks.ReplayDelivery;

/// <summary>Has an event sent to a webhook again, at once and out of turn.</summary>
/// <param name="WebhookId">The webhook's id, as the caller has written it.</param>
/// <param name="EventId">The event's, likewise.</param>
public sealed record ReplayDelivery(string WebhookId, string EventId, Caller Caller) : ICommand<SentEvent>
{
    public IReadOnlyCollection<string> Tags => [];
}

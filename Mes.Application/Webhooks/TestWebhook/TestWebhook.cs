using Mes.Application.Messaging;
using Mes.Domain.Callers;

namespace Mes.Application.Webhooks.TestWebhook;

/// <summary>Has a test event sent to a webhook, once, whatever types it asks for.</summary>
/// <param name="WebhookId">As the caller has written it.</param>
public sealed record TestWebhook(string WebhookId, Caller Caller) : ICommand<SentEvent>
{
    public IReadOnlyCollection<string> Tags => [];
}

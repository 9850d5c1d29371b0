using Mes.Application.Messaging;
using Mes.Domain.Callers;

namespace Mes.Application.Webhooks.DeleteWebhook;

/// <summary>Deletes a webhook of a seller. What waits for it is not sent.</summary>
/// <param name="WebhookId">As the caller has written it.</param>
public sealed record DeleteWebhook(string WebhookId, Caller Caller) : ICommand<Guid>
{
    public IReadOnlyCollection<string> Tags => [];
}

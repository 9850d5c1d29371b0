using Mes.Application.Messaging;
using Mes.Domain.Callers;

namespace Mes.Application.Webhooks.RotateWebhookSecret;

/// <summary>Gives a webhook a new secret. The one before signs too, for the overlap.</summary>
/// <param name="WebhookId">As the caller has written it.</param>
public sealed record RotateWebhookSecret(string WebhookId, Caller Caller, int OverlapSeconds)
    : ICommand<WebhookWithSecret>
{
    public IReadOnlyCollection<string> Tags => [];
}

using MediatR;
using Mes.Domain.Results;
using Mes.Domain.Webhooks;

namespace Mes.Application.Webhooks.RotateWebhookSecret;

internal sealed class RotateWebhookSecretHandler(IWebhookRepository webhooks, IWebhookSecrets secrets)
    : IRequestHandler<RotateWebhookSecret, Result<WebhookWithSecret>>
{
    public async Task<Result<WebhookWithSecret>> Handle(
        RotateWebhookSecret command, CancellationToken cancellationToken)
    {
        var now = await webhooks.BeginChangeAsync(cancellationToken);
        if (await webhooks.FindAsync(command.WebhookId, command.Caller, cancellationToken) is not { } webhook)
        {
            return WebhookErrors.NotFound;
        }

        if (!secrets.IsConfigured)
        {
            return WebhookErrors.NotConfigured;
        }

        var secret = secrets.Create(webhook.Id);
        webhook.RotateSecret(secret.Sealed, TimeSpan.FromSeconds(command.OverlapSeconds), now);
        return new WebhookWithSecret(WebhookDocument.From(webhook), secret.Text);
    }
}

using MediatR;
using Mes.Domain.Results;
using Mes.Domain.Webhooks;

namespace Mes.Application.Webhooks.RegisterWebhook;

internal sealed class RegisterWebhookHandler(IWebhookRepository webhooks, IWebhookSecrets secrets, TimeProvider clock)
    : IRequestHandler<RegisterWebhook, Result<WebhookWithSecret>>
{
    public async Task<Result<WebhookWithSecret>> Handle(
        RegisterWebhook command, CancellationToken cancellationToken)
    {
        if (!secrets.IsConfigured)
        {
            return WebhookErrors.NotConfigured;
        }

        await webhooks.SettleAsync(command.Caller.Id, cancellationToken);
        var now = await webhooks.BeginChangeAsync(cancellationToken);
        if (await webhooks.CountAsync(command.Caller.Id, cancellationToken) >= WebhookLimits.PerSeller)
        {
            return WebhookErrors.TooMany;
        }

        var id = Guid.CreateVersion7(clock.GetUtcNow());
        var secret = secrets.Create(id);
        var webhook = Webhook.Register(
            id,
            command.Caller.Id,
            command.Url!,
            command.Types?.OfType<string>() ?? [Webhook.AllTypes],
            command.Description,
            secret.Sealed,
            now);
        webhooks.Add(webhook);
        return new WebhookWithSecret(WebhookDocument.From(webhook), secret.Text);
    }
}

using MediatR;
using Mes.Domain.Results;
using Mes.Domain.Webhooks;

namespace Mes.Application.Webhooks.TestWebhook;

internal sealed class TestWebhookHandler(IWebhookRepository webhooks) : IRequestHandler<TestWebhook, Result<SentEvent>>
{
    public async Task<Result<SentEvent>> Handle(TestWebhook command, CancellationToken cancellationToken)
    {
        var now = await webhooks.BeginChangeAsync(cancellationToken);
        if (await webhooks.FindAsync(command.WebhookId, command.Caller, cancellationToken) is not { } webhook)
        {
            return WebhookErrors.NotFound;
        }

        if (webhook.Status != WebhookStatus.Enabled)
        {
            return WebhookErrors.NotEnabled;
        }

        return await webhooks.CountCallAsync(webhook, now, cancellationToken) is { } wait
            ? WebhookErrors.TooManyCalls(wait)
            : new SentEvent(webhooks.AddTest(webhook, now));
    }
}

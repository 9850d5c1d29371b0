using MediatR;
using Mes.Domain.Results;
using Mes.Domain.Webhooks;

namespace Mes.Application.Webhooks.ReplayFailedDeliveries;

internal sealed class ReplayFailedDeliveriesHandler(IWebhookRepository webhooks)
    : IRequestHandler<ReplayFailedDeliveries, Result<ReplayedDeliveries>>
{
    public async Task<Result<ReplayedDeliveries>> Handle(
        ReplayFailedDeliveries command, CancellationToken cancellationToken)
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
            : new ReplayedDeliveries(
                await webhooks.ReplayFailedAsync(webhook, command.Since!.Value, cancellationToken));
    }
}

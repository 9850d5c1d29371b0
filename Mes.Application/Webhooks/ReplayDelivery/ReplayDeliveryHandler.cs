using MediatR;
using Mes.Application.Orders;
using Mes.Domain.Results;
using Mes.Domain.Webhooks;

namespace Mes.Application.Webhooks.ReplayDelivery;

internal sealed class ReplayDeliveryHandler(IWebhookRepository webhooks)
    : IRequestHandler<ReplayDelivery, Result<SentEvent>>
{
    public async Task<Result<SentEvent>> Handle(ReplayDelivery command, CancellationToken cancellationToken)
    {
        var now = await webhooks.BeginChangeAsync(cancellationToken);
        if (await webhooks.FindAsync(command.WebhookId, command.Caller, cancellationToken) is not { } webhook)
        {
            return WebhookErrors.NotFound;
        }

        if (!OrderIds.TryParse(command.EventId, out var eventId)
            || !await webhooks.ReplayAsync(webhook, eventId, cancellationToken))
        {
            return WebhookErrors.NoDelivery;
        }

        if (webhook.Status != WebhookStatus.Enabled)
        {
            return WebhookErrors.NotEnabled;
        }

        return await webhooks.CountCallAsync(webhook, now, cancellationToken) is { } wait
            ? WebhookErrors.TooManyCalls(wait)
            : new SentEvent(eventId);
    }
}

using Mes.Application.Orders;
using Mes.Domain.Callers;
using Mes.Domain.Webhooks;

namespace Mes.Application.Webhooks;

internal static class WebhookAccess
{
    /// <summary>Finds a webhook that the caller may know of: a seller its own, an administrator any.</summary>
    /// <param name="id">As the caller has written it. A malformed one names no webhook.</param>
    public static async Task<Webhook?> FindAsync(
        this IWebhookRepository webhooks, string id, Caller caller, CancellationToken cancellationToken) =>
        OrderIds.TryParse(id, out var webhookId)
        && await webhooks.FindAsync(webhookId, cancellationToken) is { } webhook
        && caller.MaySee(webhook.SellerId)
            ? webhook
            : null;
}

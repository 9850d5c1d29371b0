using MediatR;
using Mes.Application.Orders;
using Mes.Domain.Results;
using Mes.Domain.Webhooks;

namespace Mes.Application.Webhooks.GetWebhook;

internal sealed class GetWebhookHandler(IWebhookReader webhooks) : IRequestHandler<GetWebhook, Result<WebhookDocument>>
{
    public async Task<Result<WebhookDocument>> Handle(GetWebhook query, CancellationToken cancellationToken) =>
        OrderIds.TryParse(query.WebhookId, out var id)
        && await webhooks.FindAsync(id, query.Caller.Id, cancellationToken) is { } webhook
            ? webhook
            : WebhookErrors.NotFound;
}

using MediatR;
using Mes.Domain.Callers;
using Mes.Domain.Results;
using Mes.Domain.Webhooks;

namespace Mes.Application.Webhooks.ListWebhooks;

internal sealed class ListWebhooksHandler(IWebhookReader webhooks) : IRequestHandler<ListWebhooks, Result<WebhookList>>
{
    public async Task<Result<WebhookList>> Handle(ListWebhooks query, CancellationToken cancellationToken)
    {
        var sellerId = query.SellerId ?? query.Caller.Id;
        return query.Caller.Role == Role.Seller && sellerId != query.Caller.Id
            ? WebhookErrors.OtherSeller
            : new WebhookList(await webhooks.ListAsync(sellerId, cancellationToken));
    }
}

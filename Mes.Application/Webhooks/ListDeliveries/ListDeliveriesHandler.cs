using MediatR;
using Mes.Application.Orders;
using Mes.Application.Paging;
using Mes.Domain.Results;
using Mes.Domain.Webhooks;

namespace Mes.Application.Webhooks.ListDeliveries;

internal sealed class ListDeliveriesHandler(IWebhookReader webhooks, ICursorProtector cursors)
    : IRequestHandler<ListDeliveries, Result<DeliveryPage>>
{
    public async Task<Result<DeliveryPage>> Handle(ListDeliveries query, CancellationToken cancellationToken)
    {
        var after = cursors.ReadText(query.Cursor, query.CursorScope);
        if (!after.IsSuccess)
        {
            return after.Error;
        }

        if (!OrderIds.TryParse(query.WebhookId, out var id)
            || await webhooks.FindAsync(id, query.Caller.Id, cancellationToken) is null)
        {
            return WebhookErrors.NotFound;
        }

        var found = await webhooks.ListDeliveriesAsync(
            id,
            after.Value is { } position ? DeliveryPosition.Read(position) : null,
            query.Limit + 1,
            cancellationToken);
        var next = found.Count > query.Limit
            ? cursors.ProtectText(found[query.Limit - 1].Position.Write(), query.CursorScope)
            : null;
        return new DeliveryPage([.. found.Take(query.Limit).Select(row => row.Document)], next);
    }
}

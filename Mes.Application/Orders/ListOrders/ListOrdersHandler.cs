using MediatR;
using Mes.Application.Paging;
using Mes.Domain.Callers;
using Mes.Domain.Results;

namespace Mes.Application.Orders.ListOrders;

internal sealed class ListOrdersHandler(IOrderListReader orders, ICursorProtector cursors) : IRequestHandler<ListOrders, Result<OrderPage>>
{
    public async Task<Result<OrderPage>> Handle(ListOrders query, CancellationToken cancellationToken)
    {
        var sellerId = query.Caller.Role == Role.Seller ? query.Caller.Id : query.SellerId;
        var filter = new OrderFilter(sellerId, query.Statuses, query.ExternalId, query.UpdatedSince, query.Sort);
        var scope = $"orders\n{query.Caller}\n{filter.Scope}";
        var after = cursors.Read(query.Cursor, scope);
        if (!after.IsSuccess)
        {
            return after.Error;
        }

        // One more than the page shows whether there is a next one.
        var found = await orders.ListAsync(filter, after.Value, query.Limit + 1, cancellationToken);
        if (found.Count <= query.Limit)
        {
            return new OrderPage(found, Next: null);
        }

        var last = found[query.Limit - 1];
        var time = filter.Sort.By == OrderSortTime.UpdatedAt ? last.UpdatedAt : last.CreatedAt;
        return new OrderPage([.. found.Take(query.Limit)], cursors.Protect(new PagePosition(time, last.Id), scope));
    }
}

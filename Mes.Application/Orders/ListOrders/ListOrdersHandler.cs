using MediatR;
using Mes.Application.Paging;
using Mes.Domain.Results;

namespace Mes.Application.Orders.ListOrders;

internal sealed class ListOrdersHandler(IOrderListReader orders, ICursorProtector cursors)
    : IRequestHandler<ListOrders, Result<OrderPage>>
{
    public async Task<Result<OrderPage>> Handle(ListOrders query, CancellationToken cancellationToken)
    {
        var after = cursors.Read(query.Cursor, query.CursorScope);
        return after.IsSuccess
            ? OrderPage.Of(
                await orders.ListAsync(query.Filter, after.Value, query.Limit + 1, cancellationToken), query, cursors)
            : after.Error;
    }
}

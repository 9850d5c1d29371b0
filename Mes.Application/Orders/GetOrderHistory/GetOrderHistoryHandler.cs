using MediatR;
using Mes.Domain.Callers;
using Mes.Domain.Orders;
using Mes.Domain.Results;

namespace Mes.Application.Orders.GetOrderHistory;

internal sealed class GetOrderHistoryHandler(IOrderReader orders) : IRequestHandler<GetOrderHistory, Result<OrderHistory>>
{
    public async Task<Result<OrderHistory>> Handle(GetOrderHistory query, CancellationToken cancellationToken)
    {
        // Looked for first, so that another seller's order costs no more than one that never existed (bug class 20).
        if (query.Caller.Role == Role.Seller
            && !(await orders.FindAsync(query.OrderId, cancellationToken) is { } order && query.Caller.MaySee(order.SellerId)))
        {
            return OrderErrors.NotFound;
        }

        var history = await orders.FindHistoryAsync(query.OrderId, cancellationToken);
        return history is not null && query.Caller.MaySee(history.SellerId) ? history : OrderErrors.NotFound;
    }
}

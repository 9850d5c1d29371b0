using MediatR;
using Mes.Domain.Orders;
using Mes.Domain.Results;

namespace Mes.Application.Orders.GetOrderHistory;

internal sealed class GetOrderHistoryHandler(IOrderReader orders) : IRequestHandler<GetOrderHistory, Result<OrderHistory>>
{
    public async Task<Result<OrderHistory>> Handle(GetOrderHistory query, CancellationToken cancellationToken)
    {
        var history = await orders.FindHistoryAsync(query.OrderId, cancellationToken);
        return history is not null && query.Caller.MaySee(history.SellerId) ? history : OrderErrors.NotFound;
    }
}

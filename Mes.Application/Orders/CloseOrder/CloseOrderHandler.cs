using MediatR;
using Mes.Domain.Orders;
using Mes.Domain.Results;

namespace Mes.Application.Orders.CloseOrder;

internal sealed class CloseOrderHandler(IOrderRepository orders, TimeProvider clock)
    : IRequestHandler<CloseOrder, Result<StatusChange>>
{
    public Task<Result<StatusChange>> Handle(CloseOrder command, CancellationToken cancellationToken) =>
        orders.ChangeAsync(command, order => order.Close(command.Caller, clock.GetUtcNow()), cancellationToken);
}

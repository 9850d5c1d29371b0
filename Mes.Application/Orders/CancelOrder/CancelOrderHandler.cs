using MediatR;
using Mes.Domain.Orders;
using Mes.Domain.Results;

namespace Mes.Application.Orders.CancelOrder;

internal sealed class CancelOrderHandler(IOrderRepository orders, TimeProvider clock)
    : IRequestHandler<CancelOrder, Result<StatusChange>>
{
    public Task<Result<StatusChange>> Handle(CancelOrder command, CancellationToken cancellationToken) =>
        orders.ChangeAsync(
            command, order => order.Cancel(command.Caller, command.Reason!, clock.GetUtcNow()), cancellationToken);
}

using MediatR;
using Mes.Domain.Orders;
using Mes.Domain.Results;

namespace Mes.Application.Orders.RejectOrder;

internal sealed class RejectOrderHandler(IOrderRepository orders, TimeProvider clock)
    : IRequestHandler<RejectOrder, Result<StatusChange>>
{
    public Task<Result<StatusChange>> Handle(RejectOrder command, CancellationToken cancellationToken) =>
        orders.ChangeAsync(
            command, order => order.Reject(command.Caller, command.Reason!, clock.GetUtcNow()), cancellationToken);
}

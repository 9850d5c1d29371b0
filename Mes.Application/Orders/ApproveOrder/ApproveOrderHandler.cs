using MediatR;
using Mes.Domain.Orders;
using Mes.Domain.Results;

namespace Mes.Application.Orders.ApproveOrder;

internal sealed class ApproveOrderHandler(IOrderRepository orders, TimeProvider clock)
    : IRequestHandler<ApproveOrder, Result<StatusChange>>
{
    public Task<Result<StatusChange>> Handle(ApproveOrder command, CancellationToken cancellationToken) =>
        orders.ChangeAsync(command, order => order.Approve(command.Caller, clock.GetUtcNow()), cancellationToken);
}

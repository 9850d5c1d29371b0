using MediatR;
using Mes.Domain.Orders;
using Mes.Domain.Results;

namespace Mes.Application.Orders.ReleaseOrder;

internal sealed class ReleaseOrderHandler(IOrderRepository orders, TimeProvider clock)
    : IRequestHandler<ReleaseOrder, Result<StatusChange>>
{
    public Task<Result<StatusChange>> Handle(ReleaseOrder command, CancellationToken cancellationToken) =>
        orders.ChangeAsync(
            command, order => order.Release(command.Caller, command.Reason!, clock.GetUtcNow()), cancellationToken);
}

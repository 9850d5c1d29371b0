using MediatR;
using Mes.Domain.Orders;
using Mes.Domain.Results;

namespace Mes.Application.Orders.CompleteOrder;

internal sealed class CompleteOrderHandler(IOrderRepository orders, TimeProvider clock)
    : IRequestHandler<CompleteOrder, Result<StatusChange>>
{
    public Task<Result<StatusChange>> Handle(CompleteOrder command, CancellationToken cancellationToken) =>
        orders.ChangeAsync(command, order => order.Complete(command.Caller, clock.GetUtcNow()), cancellationToken);
}

using MediatR;
using Mes.Domain.Orders;
using Mes.Domain.Results;

namespace Mes.Application.Orders.ClaimOrder;

internal sealed class ClaimOrderHandler(IOrderRepository orders, TimeProvider clock)
    : IRequestHandler<ClaimOrder, Result<StatusChange>>
{
    public Task<Result<StatusChange>> Handle(ClaimOrder command, CancellationToken cancellationToken) =>
        orders.ChangeAsync(command, order => order.Claim(command.Caller, clock.GetUtcNow()), cancellationToken);
}

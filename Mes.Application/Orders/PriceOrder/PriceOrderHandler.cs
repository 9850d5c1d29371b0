using MediatR;
using Mes.Domain.Orders;
using Mes.Domain.Results;

namespace Mes.Application.Orders.PriceOrder;

internal sealed class PriceOrderHandler(IOrderRepository orders, TimeProvider clock)
    : IRequestHandler<PriceOrder, Result<StatusChange>>
{
    public Task<Result<StatusChange>> Handle(PriceOrder command, CancellationToken cancellationToken) =>
        orders.ChangeAsync(
            command,
            order => order.SetPrice(
                command.Caller, new Price(command.Amount!.Value, command.Currency!), clock.GetUtcNow()),
            cancellationToken);
}

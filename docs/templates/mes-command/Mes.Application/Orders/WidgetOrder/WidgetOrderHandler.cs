using MediatR;
using Mes.Domain.Orders;
using Mes.Domain.Results;

namespace Mes.Application.Orders.WidgetOrder;

internal sealed class WidgetOrderHandler(IOrderRepository orders, TimeProvider clock)
    : IRequestHandler<WidgetOrder, Result<StatusChange>>
{
    public Task<Result<StatusChange>> Handle(WidgetOrder command, CancellationToken cancellationToken) =>
#if (reason)
        orders.ChangeAsync(
            command, order => order.Widget(command.Caller, command.Reason!, clock.GetUtcNow()), cancellationToken);
#else
        orders.ChangeAsync(command, order => order.Widget(command.Caller, clock.GetUtcNow()), cancellationToken);
#endif
}

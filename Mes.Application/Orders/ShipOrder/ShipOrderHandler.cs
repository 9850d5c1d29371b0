using MediatR;
using Mes.Domain.Orders;
using Mes.Domain.Results;

namespace Mes.Application.Orders.ShipOrder;

internal sealed class ShipOrderHandler(IOrderRepository orders, TimeProvider clock)
    : IRequestHandler<ShipOrder, Result<StatusChange>>
{
    public Task<Result<StatusChange>> Handle(ShipOrder command, CancellationToken cancellationToken) =>
        orders.ChangeAsync(
            command,
            order => order.Ship(
                command.Caller, new Shipment(command.Carrier!, command.TrackingNumber!), clock.GetUtcNow()),
            cancellationToken);
}

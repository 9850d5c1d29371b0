using MediatR;
using Mes.Domain.Orders;
using Mes.Domain.Results;

namespace Mes.Application.Orders.PackageOrder;

internal sealed class PackageOrderHandler(IOrderRepository orders, TimeProvider clock)
    : IRequestHandler<PackageOrder, Result<StatusChange>>
{
    public Task<Result<StatusChange>> Handle(PackageOrder command, CancellationToken cancellationToken) =>
        orders.ChangeAsync(command, order => order.Package(command.Caller, clock.GetUtcNow()), cancellationToken);
}

using MediatR;
using Mes.Domain.Orders;
using Mes.Domain.Results;

namespace Mes.Application.Orders.SubmitOrder;

internal sealed class SubmitOrderHandler(IOrderRepository orders, TimeProvider clock)
    : IRequestHandler<SubmitOrder, Result<StatusChange>>
{
    public async Task<Result<StatusChange>> Handle(SubmitOrder command, CancellationToken cancellationToken)
    {
        if (await orders.FindIdAsync(command.Caller.Id, command.ExternalId!, cancellationToken) is { } existing)
        {
            return OrderErrors.DuplicateExternalId(existing);
        }

        var submitted = Order.Submit(
            command.OrderId,
            command.Caller,
            command.ExternalId!,
            new Model3D(command.Model!.FileName!, command.Model.Sha256!, command.Model.PolygonCount!.Value),
            command.Material!,
            command.Quantity!.Value,
            command.DueAt,
            command.Notes,
            clock.GetUtcNow());
        orders.Add(command, submitted.Order);
        return submitted;
    }
}

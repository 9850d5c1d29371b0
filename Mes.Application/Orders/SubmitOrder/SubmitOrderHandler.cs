using MediatR;
using Mes.Domain.Orders;
using Mes.Domain.Results;

namespace Mes.Application.Orders.SubmitOrder;

internal sealed class SubmitOrderHandler(IOrderRepository orders, TimeProvider clock)
    : IRequestHandler<SubmitOrder, Result<StatusChange>>
{
    public async Task<Result<StatusChange>> Handle(SubmitOrder command, CancellationToken cancellationToken)
    {
        var earlier = await orders.FindEarlierAsync(command, cancellationToken);
        if (earlier.WithKey is { } keyed)
        {
            return keyed.BodyHash.Span.SequenceEqual(command.IdempotencyKey!.BodyHash.Span)
                ? await RepeatAsync(command, keyed.OrderId, cancellationToken)
                : OrderErrors.IdempotencyKeyReused;
        }

        if (earlier.WithExternalId is { } existing)
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

    private async Task<Result<StatusChange>> RepeatAsync(
        SubmitOrder command, Guid orderId, CancellationToken cancellationToken)
    {
        var order = await orders.FindAsync(command with { OrderId = orderId }, cancellationToken);
        return order?.RepeatSubmission()
            ?? throw new InvalidOperationException($"Order {orderId} has an idempotency key, but does not exist.");
    }
}

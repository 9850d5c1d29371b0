using Mes.Application.Orders;
using Mes.Application.Orders.GetOrderHistory;

namespace Mes.Tests.Caching.Exploration;

/// <summary>Reads the schedule's <see cref="OrderTable"/>.</summary>
internal sealed class ScheduledOrderReader : IOrderReader
{
    public Task<OrderSnapshot?> FindAsync(Guid orderId, CancellationToken cancellationToken)
    {
        var actor = Actor.Current;
        return actor.Schedule.StepAsync(
            actor,
            "reads the row",
            () => cancellationToken.IsCancellationRequested
                ? ValueTask.FromCanceled<OrderSnapshot?>(cancellationToken)
                : new ValueTask<OrderSnapshot?>(actor.Schedule.Table.Read()));
    }

    public Task<OrderHistory?> FindHistoryAsync(Guid orderId, int after, int count, CancellationToken cancellationToken) => throw new NotSupportedException();
}

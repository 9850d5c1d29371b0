using Mes.Application.Persistence;
using Mes.Application.Snapshots;

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
}

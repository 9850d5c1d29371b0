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

    /// <summary>The table has one order.</summary>
    public async Task<IReadOnlyList<OrderSnapshot>> FindAllAsync(
        IReadOnlyCollection<Guid> orderIds, CancellationToken cancellationToken) =>
        await FindAsync(orderIds.Single(), cancellationToken) is { } order ? [order] : [];
}

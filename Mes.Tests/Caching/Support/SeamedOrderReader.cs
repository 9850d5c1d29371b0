using Mes.Application.Persistence;
using Mes.Application.Snapshots;

namespace Mes.Tests.Caching.Support;

internal sealed class SeamedOrderReader(IOrderReader inner, Seams seams) : IOrderReader
{
    public async Task<OrderSnapshot?> FindAsync(Guid orderId, CancellationToken cancellationToken)
    {
        var found = seams.Find is { } instead
            ? await instead(orderId, () => inner.FindAsync(orderId, cancellationToken))
            : await inner.FindAsync(orderId, cancellationToken);
        await seams.PassAsync(Seam.AfterFind, orderId);
        return found;
    }

    public Task<IReadOnlyList<OrderSnapshot>> FindAllAsync(
        IReadOnlyCollection<Guid> orderIds, CancellationToken cancellationToken) =>
        inner.FindAllAsync(orderIds, cancellationToken);
}

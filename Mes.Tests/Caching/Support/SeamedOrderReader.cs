using Mes.Application.Orders;
using Mes.Application.Orders.GetOrderHistory;

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

    public Task<OrderHistory?> FindHistoryAsync(Guid orderId, int after, int count, CancellationToken cancellationToken) =>
        inner.FindHistoryAsync(orderId, after, count, cancellationToken);
}

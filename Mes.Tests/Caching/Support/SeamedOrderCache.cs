using Mes.Application.Caching;
using Mes.Application.Snapshots;

namespace Mes.Tests.Caching.Support;

internal sealed class SeamedOrderCache(IOrderCache inner, Seams seams) : IOrderCache
{
    public ValueTask<CacheRead<OrderSnapshot>> GetAsync(Guid orderId) => inner.GetAsync(orderId);

    public async ValueTask<LeaseToken?> BeginAsync(Guid orderId, LeaseHolder holder)
    {
        await seams.PassAsync(Seam.BeforeBegin, orderId);
        return seams.Begin is { } instead
            ? await instead(orderId, () => inner.BeginAsync(orderId, holder).AsTask())
            : await inner.BeginAsync(orderId, holder);
    }

    public async ValueTask<PutResult> PutAsync(OrderSnapshot order, LeaseToken? token, IReadOnlyCollection<string> tags)
    {
        await seams.PassAsync(Seam.BeforePut, order.Id);
        return seams.Put is { } instead
            ? await instead(new PutCall(order, token, tags, () => inner.PutAsync(order, token, tags).AsTask()))
            : await inner.PutAsync(order, token, tags);
    }

    public ValueTask<bool> DropAsync(Guid orderId, IReadOnlyCollection<string> tags) =>
        seams.Put is null ? inner.DropAsync(orderId, tags) : new(false);
}

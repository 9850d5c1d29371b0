using Mes.Application.Caching;
using Mes.Application.Snapshots;

namespace Mes.Tests.Caching.Exploration;

/// <summary>Has a caller of <c>put</c> behave differently, by what it is told.</summary>
/// <param name="put">Is told whether a writer puts.</param>
internal sealed class AlteredOrderCache(
    IOrderCache inner,
    Func<bool, Func<ValueTask<PutResult>>, ValueTask<PutResult>> put)
    : IOrderCache
{
    public ValueTask<CacheRead<OrderSnapshot>> GetAsync(Guid orderId) => inner.GetAsync(orderId);

    public ValueTask<LeaseToken?> BeginAsync(Guid orderId, LeaseHolder holder) => inner.BeginAsync(orderId, holder);

    // A reader has no tags to renew.
    public ValueTask<PutResult> PutAsync(OrderSnapshot order, LeaseToken? token, IReadOnlyCollection<string> tags) =>
        put(tags.Count > 0, () => inner.PutAsync(order, token, tags));

    public ValueTask<bool> DropAsync(Guid orderId, IReadOnlyCollection<string> tags) => inner.DropAsync(orderId, tags);
}

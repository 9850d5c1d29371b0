using Mes.Application.Caching;
using Mes.Application.Snapshots;

namespace Mes.Tests.Caching.Exploration;

/// <summary>Changes what the callers of <c>put</c> are told.</summary>
/// <param name="put">Gets whether a writer puts, and the real put. Returns the result to tell.</param>
internal sealed class AlteredOrderCache(
    IOrderCache inner,
    Func<bool, Func<ValueTask<PutResult>>, ValueTask<PutResult>> put)
    : IOrderCache
{
    public ValueTask<CacheRead<OrderSnapshot>> GetAsync(Guid orderId) => inner.GetAsync(orderId);

    public ValueTask<LeaseToken?> BeginAsync(Guid orderId, LeaseHolder holder) => inner.BeginAsync(orderId, holder);

    // Only a writer has tags to renew.
    public ValueTask<PutResult> PutAsync(OrderSnapshot order, LeaseToken? token, IReadOnlyCollection<string> tags) =>
        put(tags.Count > 0, () => inner.PutAsync(order, token, tags));

    public ValueTask<bool> DropAsync(Guid orderId, IReadOnlyCollection<string> tags) => inner.DropAsync(orderId, tags);
}

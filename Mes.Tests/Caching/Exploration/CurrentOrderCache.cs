using Mes.Application.Caching;
using Mes.Application.Snapshots;

namespace Mes.Tests.Caching.Exploration;

/// <summary>The cache of the schedule to which the caller belongs.</summary>
internal sealed class CurrentOrderCache : IOrderCache
{
    private static IOrderCache Current => Actor.Current.Schedule.Cache
        ?? throw new InvalidOperationException("This schedule has no cache of its own.");

    public ValueTask<CacheRead<OrderSnapshot>> GetAsync(Guid orderId) => Current.GetAsync(orderId);

    public ValueTask<LeaseToken?> BeginAsync(Guid orderId, LeaseHolder holder) => Current.BeginAsync(orderId, holder);

    public ValueTask<PutResult> PutAsync(
        OrderSnapshot order, LeaseToken? token, IReadOnlyCollection<string> tags) =>
        Current.PutAsync(order, token, tags);

    public ValueTask<bool> DropAsync(Guid orderId, IReadOnlyCollection<string> tags) =>
        Current.DropAsync(orderId, tags);
}

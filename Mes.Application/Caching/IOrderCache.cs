using Mes.Application.Snapshots;

namespace Mes.Application.Caching;

/// <summary>
/// The cache of single orders. Its one primitive is <i>lease, then put</i>. No member throws because Redis is away,
/// slow, full or holds nonsense, and none takes longer than the cache's timeouts.
/// </summary>
public interface IOrderCache
{
    /// <summary>Sends one command to Redis. An unreadable entry is a miss.</summary>
    ValueTask<CacheRead<OrderSnapshot>> GetAsync(Guid orderId);

    /// <summary>Requests the lease that a put needs to fill in an order that the cache does not have.</summary>
    /// <returns>
    /// The token; null when Redis did not answer in time, or another reader holds the lease. Only a token that was
    /// returned <i>before</i> the commit (or the database read) may be passed to a put.
    /// </returns>
    ValueTask<LeaseToken?> BeginAsync(Guid orderId, LeaseHolder holder);

    /// <summary>
    /// Writes the order if it is not older than the cached version, or if the cache has none and the token's lease
    /// still stands. Gives the tags new stamps in the same step, whatever the result.
    /// </summary>
    ValueTask<PutResult> PutAsync(OrderSnapshot order, LeaseToken? token, IReadOnlyCollection<string> tags);

    /// <summary>
    /// For a Redis that answers but refuses writes: removes the order, its lease, and the sentinels of the indexes that
    /// may contain it, and gives the tags new stamps. Removing is always safe.
    /// </summary>
    /// <param name="tags">
    /// The tags of a change. One must name the order's seller (<see cref="CacheTags.FindSeller"/>); otherwise nothing
    /// is done.
    /// </param>
    /// <returns>Whether the order was removed; then no reader gets an older version than the database's.</returns>
    ValueTask<bool> DropAsync(Guid orderId, IReadOnlyCollection<string> tags);
}

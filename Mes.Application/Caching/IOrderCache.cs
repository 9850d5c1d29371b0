using Mes.Application.Snapshots;

namespace Mes.Application.Caching;

/// <summary>
/// The cache of single orders: its one primitive is <i>lease, then put</i>. No member throws because the cache is away,
/// slow, full or holds nonsense, and none takes longer than the cache's budget.
/// </summary>
public interface IOrderCache
{
    /// <summary>One command to the cache. An unreadable entry is a miss.</summary>
    ValueTask<CacheRead<OrderSnapshot>> GetAsync(Guid orderId);

    /// <summary>
    /// Announces a put, so that it may fill in an order that the cache does not have.
    /// </summary>
    /// <returns>The token; null when the cache did not answer in time, or another reader holds the lease.
    /// Only a token that was returned <i>before</i> the commit (or the database read) may be handed to a put.</returns>
    ValueTask<LeaseToken?> BeginAsync(Guid orderId, LeaseHolder holder);

    /// <summary>
    /// Writes the order if it is not older than what the cache has, or if the cache has nothing and the token's lease still
    /// stands. Gives the tags new stamps in the same step, whatever the result.
    /// </summary>
    ValueTask<PutResult> PutAsync(OrderSnapshot order, LeaseToken? token, IReadOnlyCollection<string> tags);

    /// <summary>
    /// Where the cache answers, but cannot be written: removes the order and its lease, and the sentinels of the indexes that it may
    /// stand in, which is always safe, and gives the tags new stamps.
    /// </summary>
    /// <param name="tags">Those of a change: one names the order's seller (<see cref="CacheTags.FindSeller"/>), or nothing is done.</param>
    /// <returns>Whether it is done; then nobody reads anything older than the database from it.</returns>
    ValueTask<bool> DropAsync(Guid orderId, IReadOnlyCollection<string> tags);
}

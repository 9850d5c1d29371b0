using Mes.Application.Persistence;

namespace Mes.Application.Caching;

/// <summary>Brings the cache up to the database for one order: begin, read the row, put.</summary>
public sealed class OrderRefresher(IOrderCache cache, IOrderReader reader)
{
    /// <summary>
    /// After so many attempts the change is left to the outbox. A put is rejected again only when another writer took
    /// the lease over or Redis lost it meanwhile, which does not happen many times in a row.
    /// </summary>
    private const int Attempts = 5;

    /// <returns>
    /// <see cref="PutResult.Stored"/>, <see cref="PutResult.Superseded"/> or <see cref="PutResult.Dropped"/> when the
    /// cache has no older version than the database had; otherwise the outbox row must stay.
    /// </returns>
    public async Task<PutResult> RefreshAsync(
        Guid orderId, IReadOnlyCollection<string> tags, CancellationToken cancellationToken)
    {
        var result = PutResult.Rejected;
        for (var attempt = 0; attempt < Attempts && result == PutResult.Rejected; attempt++)
        {
            var token = await cache.BeginAsync(orderId, LeaseHolder.Writer);
            if (token is null)
            {
                // Redis does not answer, or has no room for a lease: reading the row would be in vain.
                return await cache.DropAsync(orderId, tags) ? PutResult.Dropped : PutResult.Failed;
            }

            var order = await reader.FindAsync(orderId, cancellationToken)
                ?? throw new InvalidOperationException(
                    $"Order {orderId} has an outbox row, but is not in the database.");
            result = await cache.PutAsync(order, token, tags);
        }

        return result;
    }
}

using Mes.Application.Persistence;

namespace Mes.Application.Caching;

/// <summary>Brings the cache up to the database for one order: begin, read the row, put.</summary>
public sealed class OrderRefresher(IOrderCache cache, IOrderReader reader)
{
    /// <summary>
    /// How often a refresh is tried before it is left to the outbox: a put is rejected again only when somebody took the
    /// lease over or it was lost meanwhile, which does not happen many times in a row.
    /// </summary>
    private const int Attempts = 5;

    /// <returns><see cref="PutResult.Stored"/>, <see cref="PutResult.Superseded"/> or <see cref="PutResult.Dropped"/> when the cache
    /// has nothing older than what the database had; anything else when the outbox row must stay.</returns>
    public async Task<PutResult> RefreshAsync(Guid orderId, IReadOnlyCollection<string> tags, CancellationToken cancellationToken)
    {
        var result = PutResult.Rejected;
        for (var attempt = 0; attempt < Attempts && result == PutResult.Rejected; attempt++)
        {
            var token = await cache.BeginAsync(orderId, LeaseHolder.Writer);
            if (token is null)
            {
                // The cache does not answer, or has no room for a lease: no use in reading the row.
                return await cache.DropAsync(orderId, tags) ? PutResult.Dropped : PutResult.Failed;
            }

            var order = await reader.FindAsync(orderId, cancellationToken)
                ?? throw new InvalidOperationException($"Order {orderId} has an outbox row, but is not in the database.");
            result = await cache.PutAsync(order, token, tags);
        }

        return result;
    }
}

using Mes.Application.Caching;
using Mes.Domain.Orders;
using Mes.Infrastructure.Caching.Orders;
using Mes.Infrastructure.Redis;
using Microsoft.Extensions.Options;

namespace Mes.Infrastructure.Caching.Indexes;

/// <summary>
/// Brings the cache up to the database for many orders, as <see cref="OrderRefresher"/> does for one.
/// </summary>
internal sealed class OrderBatchRefresher(
    IOrderCache cache,
    RedisOrderCache indexes,
    OrderRefresher refresher,
    IndexSource source,
    Cells cells,
    IOptions<CacheOptions> options,
    TimeProvider clock)
{
    /// <summary>How many puts are sent at once. The commands of requests wait behind no more than these.</summary>
    private const int PutsAtOnce = 20;

    /// <summary>Begins all, reads their rows in one query, puts all.</summary>
    /// <param name="cellCount">
    /// The number of cells that the orders are in; when all have failed, the rest is left out.
    /// </param>
    /// <returns>The cells that failed.</returns>
    public async Task<IReadOnlySet<int>> RefreshAsync(
        IReadOnlyList<Guid> ids, int cellCount, CancellationToken cancellationToken)
    {
        var failed = new HashSet<int>();
        var tokens = new Dictionary<Guid, LeaseToken>();
        foreach (var chunk in ids.Chunk(PutsAtOnce))
        {
            var begun = await Task.WhenAll(
                chunk.Select(async id => (id, await cache.BeginAsync(id, LeaseHolder.Writer))));
            foreach (var (id, token) in begun)
            {
                if (token is null)
                {
                    failed.Add(cells.Of(id));
                }
                else
                {
                    tokens[id] = token;
                }
            }

            if (failed.Count == cellCount)
            {
                return failed;
            }
        }

        var old = clock.GetUtcNow() - options.Value.KeepTerminal;
        foreach (var chunk in (await source.ReadAsync(tokens.Keys, cancellationToken)).Chunk(PutsAtOnce))
        {
            var puts = await Task.WhenAll(chunk.Select(async order => (
                order.Id,
                Result: order.Status.IsTerminal() && order.UpdatedAt < old
                    ? await indexes.PutIntoIndexesAsync(order, tokens[order.Id])
                    : await cache.PutAsync(order, tokens[order.Id], []))));
            foreach (var (id, result) in puts)
            {
                var final = result == PutResult.Rejected
                    ? await refresher.RefreshAsync(id, [], cancellationToken)
                    : result;
                if (final is not (PutResult.Stored or PutResult.Superseded))
                {
                    failed.Add(cells.Of(id));
                }
            }

            if (failed.Count == cellCount)
            {
                return failed;
            }
        }

        return failed;
    }
}

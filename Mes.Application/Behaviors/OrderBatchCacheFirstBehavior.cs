using MediatR;
using Mes.Application.Caching;
using Mes.Application.Messaging;
using Mes.Application.Snapshots;
using Mes.Domain.Callers;
using Mes.Domain.Results;

namespace Mes.Application.Behaviors;

/// <summary>
/// Answers a query about several orders from the cache. The orders that the cache does not have are read from the
/// database in one statement, and put into the cache under leases before the answer. Each order is judged as
/// <see cref="OrderCacheFirstBehavior{TQuery}"/> judges one: an order that the caller may not see is not there.
/// </summary>
internal sealed class OrderBatchCacheFirstBehavior<TQuery>(
    IRequestHandler<TQuery, Result<IReadOnlyList<OrderSnapshot>>> handler, IOrderCache cache)
    : IPipelineBehavior<TQuery, Result<IReadOnlyList<OrderSnapshot>>>
    where TQuery : IOrderBatchQuery<TQuery>, IRequest<Result<IReadOnlyList<OrderSnapshot>>>
{
    /// <summary>
    /// How many puts are sent at once. The commands of other requests wait behind no more than these.
    /// </summary>
    private const int PutsAtOnce = 20;

    public async Task<Result<IReadOnlyList<OrderSnapshot>>> Handle(
        TQuery query,
        CancellationToken cancellationToken,
        RequestHandlerDelegate<Result<IReadOnlyList<OrderSnapshot>>> next)
    {
        var answered = new Dictionary<Guid, OrderSnapshot>();
        var others = new Dictionary<Guid, CacheRead<OrderSnapshot>>();
        var isUnverified = false;
        foreach (var (id, read) in await AskAsync(query.OrderIds))
        {
            if (read.Hit is { } hit && query.Caller.MaySee(hit.SellerId))
            {
                answered.Add(id, hit);
                isUnverified |= read.IsUnverified;
            }
            else
            {
                others.Add(id, read);
            }
        }

        var report = CacheReport.Hit(isUnverified);
        if (others.Count > 0)
        {
            (var read, report) = await ReadAsync(query, others, cancellationToken);
            foreach (var order in read)
            {
                answered.Add(order.Id, order);
            }
        }

        IReadOnlyList<OrderSnapshot> found =
            [.. query.OrderIds.Where(answered.ContainsKey).Select(id => answered[id])];
        return new ReportedResult<IReadOnlyList<OrderSnapshot>>(
            Result<IReadOnlyList<OrderSnapshot>>.Success(found), report);
    }

    /// <summary>Asks for all before it waits for any, so that the questions travel together.</summary>
    private async Task<IReadOnlyList<(Guid Id, CacheRead<OrderSnapshot> Read)>> AskAsync(IReadOnlyList<Guid> ids)
    {
        var asked = new ValueTask<CacheRead<OrderSnapshot>>[ids.Count];
        for (var i = 0; i < asked.Length; i++)
        {
            asked[i] = cache.GetAsync(ids[i]);
        }

        var reads = new (Guid, CacheRead<OrderSnapshot>)[ids.Count];
        for (var i = 0; i < reads.Length; i++)
        {
            reads[i] = (ids[i], await asked[i]);
        }

        return reads;
    }

    /// <param name="reads">What the cache said of the orders that it does not answer.</param>
    private async Task<(IReadOnlyList<OrderSnapshot> Orders, CacheReport Report)> ReadAsync(
        TQuery query,
        Dictionary<Guid, CacheRead<OrderSnapshot>> reads,
        CancellationToken cancellationToken)
    {
        IReadOnlyList<OrderSnapshot> past = [];
        IReadOnlyList<Guid> ids = [.. reads.Keys];
        if (query.Caller.Role == Role.Seller)
        {
            // An order of another seller must take as long as one that does not exist, and must leave no lease behind
            // (docs/decisions/0033). Only the seller's own orders are read again under leases.
            var own = await ReadVisibleAsync(query, ids, cancellationToken);
            past = [.. own.Where(order => !IsMiss(order.Id))];
            ids = [.. own.Select(order => order.Id).Where(IsMiss)];
        }

        var tokens = new Dictionary<Guid, LeaseToken?>();
        foreach (var (id, begun) in ids.Where(IsMiss)
            .Select(id => (id, cache.BeginAsync(id, LeaseHolder.Reader).AsTask())).ToList())
        {
            tokens.Add(id, await begun);
        }

        var found = past;
        if (ids.Count > 0)
        {
            found = [.. past, .. await ReadVisibleAsync(query, ids, cancellationToken)];
        }

        List<PutResult?> puts = [];
        foreach (var chunk in found.Chunk(PutsAtOnce))
        {
            puts.AddRange(await Task.WhenAll(chunk.Select(PutAsync)));
        }

        return (found, ReportOf(found.Select(order => reads[order.Id].BypassReason), puts));

        bool IsMiss(Guid id) => reads[id].BypassReason is null;

        // Also without a token, and where the cache's answer did not count: such a put keeps other readers from
        // filling in an older version than this caller is told (G4).
        async Task<PutResult?> PutAsync(OrderSnapshot order) => IsMiss(order.Id) || reads[order.Id].IsCacheReachable
            ? await cache.PutAsync(order, tokens.GetValueOrDefault(order.Id), [])
            : null;
    }

    private async Task<IReadOnlyList<OrderSnapshot>> ReadVisibleAsync(
        TQuery query, IReadOnlyList<Guid> ids, CancellationToken cancellationToken) =>
        [
            .. (await handler.Handle(query.For(ids), cancellationToken)).Value
                .Where(order => query.Caller.MaySee(order.SellerId)),
        ];

    /// <summary>
    /// Tells about the orders of the answer only. What the cache said of the others must not tell which of them exist.
    /// </summary>
    private static CacheReport ReportOf(IEnumerable<BypassReason?> bypassed, IReadOnlyList<PutResult?> puts)
    {
        // As for one order: an answer that could not be put is outside the promise not to go back (G4).
        var why = bypassed.FirstOrDefault(reason => reason is not null)
            ?? (puts.Contains(PutResult.Failed) ? BypassReason.Unreachable : null);
        return why is null
            ? CacheReport.Miss(stored: puts.Count > 0 && puts.All(put => put == PutResult.Stored))
            : CacheReport.Bypass(why);
    }
}

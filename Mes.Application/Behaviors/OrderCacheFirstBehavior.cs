using MediatR;
using Mes.Application.Caching;
using Mes.Application.Messaging;
using Mes.Application.Snapshots;
using Mes.Domain.Callers;
using Mes.Domain.Orders;
using Mes.Domain.Results;

namespace Mes.Application.Behaviors;

/// <summary>
/// Answers a query about one order from the cache. On a miss the handler reads the database, and this behaviour puts
/// the order into the cache under a lease before it answers. On both paths it checks whether the caller may see the
/// order. Reads that missed together share one database read and one put.
/// </summary>
internal sealed class OrderCacheFirstBehavior<TQuery>(
    IOrderCache cache, IRequestHandler<TQuery, Result<OrderSnapshot>> handler)
    : IPipelineBehavior<TQuery, Result<OrderSnapshot>>
    where TQuery : IOrderQuery, IRequest<Result<OrderSnapshot>>
{
    public async Task<Result<OrderSnapshot>> Handle(
        TQuery query,
        CancellationToken cancellationToken,
        RequestHandlerDelegate<Result<OrderSnapshot>> next)
    {
        var read = await cache.GetAsync(query.OrderId);
        if (read.Hit is { } hit && query.Caller.MaySee(hit.SellerId))
        {
            return new ReportedResult<OrderSnapshot>(hit, CacheReport.Hit(read.IsUnverified));
        }

        // In a method of its own, because every hit that waits allocates the state of this one.
        return await ReadDatabaseAsync(read, query, next, cancellationToken);
    }

    private async Task<Result<OrderSnapshot>> ReadDatabaseAsync(
        CacheRead<OrderSnapshot> read,
        TQuery query,
        RequestHandlerDelegate<Result<OrderSnapshot>> next,
        CancellationToken cancellationToken)
    {
        if (read.BypassReason is { } why)
        {
            var answer = read.Shared is { } together
                ? await together.FillAsync(() => PassAsync(read, () => ReadForAllAsync(query)), cancellationToken)
                : await PassAsync(read, next);
            return Visible(answer.Order, query, CacheReport.Bypass(why));
        }

        if (query.Caller.Role == Role.Seller)
        {
            // An order of another seller must take as long as one that does not exist: the same cache read, the same
            // statement, and nothing after it. Otherwise the response time would reveal that the id exists (bug class
            // 20).
            var seen = read.Shared is { } others
                ? await others.LookAsync(() => ReadForAllAsync(query), cancellationToken)
                : await next();
            if (!seen.IsSuccess || !query.Caller.MaySee(seen.Value.SellerId))
            {
                return OrderErrors.NotFound;
            }
        }

        var filled = read.Shared is { } shared
            ? await shared.FillAsync(() => FillAsync(query.OrderId, () => ReadForAllAsync(query)), cancellationToken)
            : await FillAsync(query.OrderId, next);

        // A put that was not answered: the cache may not know of this version, and another instance may still tell an
        // older one, by the lease of an earlier reader or by a copy. So the promise not to go back (G4) excludes this
        // answer, as it excludes every bypass.
        var report = filled.Put == PutResult.Failed
            ? CacheReport.Bypass(BypassReason.Unreachable)
            : CacheReport.Miss(filled.Put == PutResult.Stored);
        return Visible(filled.Order, query, report);
    }

    /// <summary>Reads past the cache.</summary>
    private async Task<FilledOrder> PassAsync(
        CacheRead<OrderSnapshot> read, RequestHandlerDelegate<Result<OrderSnapshot>> load)
    {
        var order = await load();
        if (order.IsSuccess && read.IsCacheReachable)
        {
            // The version's writer may not have put it yet. A caller that sees this version here must not see an older
            // one on an instance that answers from the cache (G4). So this reader puts it, which also keeps readers
            // from filling in an older one. The put costs one command, needs no lease, and happens only where Redis
            // has just answered.
            await cache.PutAsync(order.Value, token: null, []);
        }

        return new FilledOrder(order, Put: null);
    }

    private async Task<FilledOrder> FillAsync(Guid orderId, RequestHandlerDelegate<Result<OrderSnapshot>> load)
    {
        var token = await cache.BeginAsync(orderId, LeaseHolder.Reader);
        var order = await load();

        // The absence of an order is never cached (bug class 16): a seller may submit it at any moment. A put without a
        // token only keeps other readers from filling in an older version.
        return new FilledOrder(order, order.IsSuccess ? await cache.PutAsync(order.Value, token, []) : null);
    }

    /// <summary>Reads for all callers that share it, so on no caller's cancellation token.</summary>
    private Task<Result<OrderSnapshot>> ReadForAllAsync(TQuery query) => handler.Handle(query, CancellationToken.None);

    private static Result<OrderSnapshot> Visible(Result<OrderSnapshot> order, TQuery query, CacheReport report) =>
        !order.IsSuccess ? order
        : query.Caller.MaySee(order.Value.SellerId) ? new ReportedResult<OrderSnapshot>(order.Value, report)
        : OrderErrors.NotFound;
}

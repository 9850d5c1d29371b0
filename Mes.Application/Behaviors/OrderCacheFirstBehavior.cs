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
/// order.
/// </summary>
internal sealed class OrderCacheFirstBehavior<TQuery>(IOrderCache cache)
    : IPipelineBehavior<TQuery, Result<OrderSnapshot>>
    where TQuery : IOrderQuery, IRequest<Result<OrderSnapshot>>
{
    public async Task<Result<OrderSnapshot>> Handle(
        TQuery query, CancellationToken cancellationToken, RequestHandlerDelegate<Result<OrderSnapshot>> next)
    {
        var read = await cache.GetAsync(query.OrderId);
        if (read.Hit is { } hit && query.Caller.MaySee(hit.SellerId))
        {
            return new ReportedResult<OrderSnapshot>(hit, CacheReport.Hit(read.IsUnverified));
        }

        // In a method of its own, because every hit that waits allocates the state of this one.
        return await ReadDatabaseAsync(read, query, next);
    }

    private async Task<Result<OrderSnapshot>> ReadDatabaseAsync(
        CacheRead<OrderSnapshot> read, TQuery query, RequestHandlerDelegate<Result<OrderSnapshot>> next)
    {
        if (read.BypassReason is { } why)
        {
            var answer = await next();
            if (!answer.IsSuccess)
            {
                return answer;
            }

            if (read.IsCacheReachable)
            {
                // The version's writer may not have put it yet. A caller that sees this version here must not see an
                // older one on an instance that answers from the cache (G4). So this reader puts it, which also keeps
                // readers from filling in an older one. The put costs one command, needs no lease, and happens only
                // where Redis has just answered.
                await cache.PutAsync(answer.Value, token: null, []);
            }

            return Visible(answer.Value, query, CacheReport.Bypass(why));
        }

        if (query.Caller.Role == Role.Seller)
        {
            // An order of another seller must take as long as one that does not exist: the same cache read, the same
            // statement, and nothing after it. Otherwise the response time would reveal that the id exists (bug class
            // 20).
            var seen = await next();
            if (!seen.IsSuccess || !query.Caller.MaySee(seen.Value.SellerId))
            {
                return OrderErrors.NotFound;
            }
        }

        var token = await cache.BeginAsync(query.OrderId, LeaseHolder.Reader);
        var response = await next();
        if (!response.IsSuccess)
        {
            // The absence of an order is never cached (bug class 16): a seller may submit it at any moment.
            return response;
        }

        // Also without a token: such a put only keeps other readers from filling in an older version.
        var put = await cache.PutAsync(response.Value, token, []);
        return Visible(response.Value, query, CacheReport.Miss(stored: put == PutResult.Stored));
    }

    private static Result<OrderSnapshot> Visible(OrderSnapshot order, TQuery query, CacheReport report) =>
        query.Caller.MaySee(order.SellerId)
            ? new ReportedResult<OrderSnapshot>(order, report)
            : OrderErrors.NotFound;
}

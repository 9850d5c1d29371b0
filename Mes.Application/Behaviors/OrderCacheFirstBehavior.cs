using MediatR;
using Mes.Application.Caching;
using Mes.Application.Messaging;
using Mes.Application.Snapshots;
using Mes.Domain.Callers;
using Mes.Domain.Orders;
using Mes.Domain.Results;

namespace Mes.Application.Behaviors;

/// <summary>
/// Answers a query about one order from the cache; on a miss the handler reads the database, and its answer is put into the
/// cache under a lease before it goes out. Whether the caller may see the order is decided here, for both ways.
/// </summary>
internal sealed class OrderCacheFirstBehavior<TQuery>(IOrderCache cache, CacheReport report)
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
            report.Hit(read.IsUnverified);
            return hit;
        }

        if (read.BypassReason is { } why)
        {
            report.Bypass(why);
            var answer = await next();
            if (!answer.IsSuccess)
            {
                return answer;
            }

            if (read.IsCacheReachable)
            {
                // Its writer may still be about to put it. Whoever was told this version here must not be told an older one by an instance
                // that answers from the cache (G4): so it is put, or keeps older ones from being filled in. One command, and only
                // where the cache has just answered one; no lease, for nothing has to be filled in.
                await cache.PutAsync(answer.Value, token: null, []);
            }

            return Visible(answer.Value, query);
        }

        if (query.Caller.Role == Role.Seller)
        {
            // What another seller has, cached or not, costs what does not exist costs: the same look into the cache and the same statement,
            // and nothing after it. Else the time would tell that the id is somebody's (bug class 20).
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
            // That there is no such order is never cached (bug class 16): the next moment may bring it.
            return response;
        }

        // Also without a token: then it only keeps others from filling in something older than what is answered here.
        var put = await cache.PutAsync(response.Value, token, []);
        report.Miss(stored: put == PutResult.Stored);
        return Visible(response.Value, query);
    }

    private static Result<OrderSnapshot> Visible(OrderSnapshot order, TQuery query) =>
        query.Caller.MaySee(order.SellerId) ? order : OrderErrors.NotFound;
}

using MediatR;
using Mes.Application.Caching;
using Mes.Application.Messaging;
using Mes.Domain.Results;

namespace Mes.Application.Behaviors;

/// <summary>
/// Answers a query about many orders from the cache's index while that is whole; otherwise the handler reads the
/// database. Either way the handler makes the answer.
/// </summary>
internal sealed class IndexCacheFirstBehavior<TQuery, TAnswer>(
    IndexQueryHandler<TQuery, TAnswer> handler, IOrderIndexes indexes)
    : IPipelineBehavior<TQuery, Result<TAnswer>>
    where TQuery : IIndexQuery<TAnswer>, IRequest<Result<TAnswer>>
    where TAnswer : class
{
    public async Task<Result<TAnswer>> Handle(
        TQuery query, CancellationToken cancellationToken, RequestHandlerDelegate<Result<TAnswer>> next)
    {
        var plan = handler.Plan(query);
        if (!plan.IsSuccess)
        {
            return plan.Error;
        }

        var read = await indexes.ReadAsync(plan.Value.Selection);
        if (read.Hit is { } found)
        {
            return new ReportedResult<TAnswer>(plan.Value.Answer(found), CacheReport.Hit(read.IsUnverified));
        }

        // After a miss nothing is stored: a reader never builds an index, because it has seen only a part of the orders
        // (bug class 12).
        var report = read.BypassReason is { } why ? CacheReport.Bypass(why) : CacheReport.Miss(stored: false);
        return new ReportedResult<TAnswer>(await next(), report);
    }
}

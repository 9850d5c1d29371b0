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
    IndexQueryHandler<TQuery, TAnswer> handler, IOrderIndexes indexes, CacheReport report)
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
            report.Hit(read.IsUnverified);
            return plan.Value.Answer(found);
        }

        if (read.BypassReason is { } why)
        {
            report.Bypass(why);
        }
        else
        {
            // A reader never builds an index: it has seen only a part of the orders (bug class 12).
            report.Miss(stored: false);
        }

        return await next();
    }
}

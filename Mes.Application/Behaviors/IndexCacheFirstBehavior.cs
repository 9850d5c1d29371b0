using MediatR;
using Mes.Application.Caching;
using Mes.Application.Messaging;
using Mes.Domain.Results;

namespace Mes.Application.Behaviors;

/// <summary>
/// Answers a query about many orders from the cache's index. Where the index is missing or incomplete, the handler
/// reads the database.
/// </summary>
internal sealed class IndexCacheFirstBehavior<TQuery, TAnswer>(IIndexReader<TQuery, TAnswer> index, CacheReport report)
    : IPipelineBehavior<TQuery, Result<TAnswer>>
    where TQuery : IIndexQuery<TAnswer>, IRequest<Result<TAnswer>>
    where TAnswer : class
{
    public async Task<Result<TAnswer>> Handle(
        TQuery query, CancellationToken cancellationToken, RequestHandlerDelegate<Result<TAnswer>> next)
    {
        var read = await index.ReadAsync(query);
        if (read.Hit is { } answer)
        {
            report.Hit(read.IsUnverified);
            return answer;
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

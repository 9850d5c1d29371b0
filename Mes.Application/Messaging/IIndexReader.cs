using Mes.Application.Caching;

namespace Mes.Application.Messaging;

/// <summary>
/// Answers one kind of query from the cache's index, as the query's handler would. Every
/// <see cref="IIndexQuery{TAnswer}"/> has one.
/// </summary>
public interface IIndexReader<in TQuery, TAnswer>
    where TQuery : IIndexQuery<TAnswer>
    where TAnswer : class
{
    ValueTask<CacheRead<TAnswer>> ReadAsync(TQuery query);
}

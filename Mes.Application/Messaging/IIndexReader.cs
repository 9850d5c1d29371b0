using Mes.Application.Caching;

namespace Mes.Application.Messaging;

/// <summary>Answers one kind of query from the cache's indexes, with the same answer as its handler; one for every <see cref="IIndexQuery{TAnswer}"/>.</summary>
public interface IIndexReader<in TQuery, TAnswer>
    where TQuery : IIndexQuery<TAnswer>
    where TAnswer : class
{
    ValueTask<CacheRead<TAnswer>> ReadAsync(TQuery query);
}

namespace Mes.Application.Messaging;

/// <summary>
/// A query about many orders that the cache keeps an index of: the board, a seller's list. It is answered from the index by its
/// <see cref="IIndexReader{TQuery,TAnswer}"/> where the index is whole; its handler is what anything else runs.
/// </summary>
public interface IIndexQuery<TAnswer> : IQuery<TAnswer>
    where TAnswer : class;

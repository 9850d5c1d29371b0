namespace Mes.Application.Messaging;

/// <summary>
/// A query about many orders that the cache has an index of: the board, a seller's list. Its
/// <see cref="IIndexReader{TQuery,TAnswer}"/> answers it from the index where the index is complete; otherwise its
/// handler reads the database.
/// </summary>
public interface IIndexQuery<TAnswer> : IQuery<TAnswer>
    where TAnswer : class;

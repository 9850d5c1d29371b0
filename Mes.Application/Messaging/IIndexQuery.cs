namespace Mes.Application.Messaging;

/// <summary>
/// A query about many orders that the cache keeps an index of: the board, a seller's list. The pipeline answers it from
/// a whole index, and otherwise from the database. Its handler derives from
/// <see cref="IndexQueryHandler{TQuery,TAnswer}"/> and says how orders make the answer in both cases.
/// </summary>
public interface IIndexQuery<TAnswer> : IQuery<TAnswer>
    where TAnswer : class;

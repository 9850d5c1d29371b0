using Mes.Application.Persistence;
using Mes.Application.Snapshots;
using Mes.Domain.Results;

namespace Mes.Application.Messaging;

/// <summary>
/// Base of the handler of an <see cref="IIndexQuery{TAnswer}"/>. The handler says once which orders the query shows and
/// what answer they make. The pipeline reads the orders from the cache's indexes; what the indexes do not have,
/// <see cref="Handle"/> reads from the database.
/// </summary>
internal abstract class IndexQueryHandler<TQuery, TAnswer>(IOrderSelectionReader orders)
    where TQuery : IIndexQuery<TAnswer>
    where TAnswer : class
{
    /// <returns>A failure for a query that has no answer, like one with a foreign cursor.</returns>
    public abstract Result<AnswerPlan> Plan(TQuery query);

    public async Task<Result<TAnswer>> Handle(TQuery query, CancellationToken cancellationToken)
    {
        var plan = Plan(query);
        return plan.IsSuccess
            ? plan.Value.Answer(await orders.ReadAsync(plan.Value.Selection, cancellationToken))
            : plan.Error;
    }

    /// <summary>How a query is answered, from the index and from the database alike.</summary>
    /// <param name="Selection">The orders that the query shows.</param>
    /// <param name="Answer">
    /// Makes the answer of these orders. What it says of the orders alone it shares
    /// (<see cref="SelectedOrders.Share{T}"/>); what is the caller's own, like a cursor, it makes for each request.
    /// </param>
    public sealed record AnswerPlan(OrderSelection Selection, Func<SelectedOrders, TAnswer> Answer);
}

using Mes.Application.Snapshots;
using Mes.Domain.Callers;

namespace Mes.Application.Messaging;

/// <summary>
/// A query about several orders by their ids. The pipeline asks the cache for all of them at once, and the handler for
/// those that the cache does not have. On both paths it leaves out the orders that the caller may not see. The answer
/// has the rest in the order of <see cref="OrderIds"/>.
/// </summary>
/// <typeparam name="TSelf">The query itself.</typeparam>
public interface IOrderBatchQuery<TSelf> : IQuery<IReadOnlyList<OrderSnapshot>>
    where TSelf : IOrderBatchQuery<TSelf>
{
    /// <summary>Each id once.</summary>
    IReadOnlyList<Guid> OrderIds { get; }

    Caller Caller { get; }

    /// <summary>The same query about some of its orders only.</summary>
    TSelf For(IReadOnlyList<Guid> orderIds);
}

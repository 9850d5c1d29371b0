using Mes.Application.Snapshots;
using Mes.Domain.Callers;

namespace Mes.Application.Messaging;

/// <summary>
/// A query about one order. The pipeline answers it from the cache and runs its handler on a miss. On both paths the
/// pipeline checks whether the caller may see the order.
/// </summary>
public interface IOrderQuery : IQuery<OrderSnapshot>
{
    Guid OrderId { get; }

    Caller Caller { get; }
}

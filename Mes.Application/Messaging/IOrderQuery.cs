using Mes.Application.Snapshots;
using Mes.Domain.Callers;

namespace Mes.Application.Messaging;

/// <summary>
/// A query about one order. It is answered from the cache where the cache has the order; its handler is what a miss runs.
/// Whether the caller may see the order is decided once, behind both.
/// </summary>
public interface IOrderQuery : IQuery<OrderSnapshot>
{
    Guid OrderId { get; }

    Caller Caller { get; }
}

using Mes.Application.Messaging;
using Mes.Domain.Orders;

namespace Mes.Application.Orders;

/// <summary>
/// Orders that are about to be changed. Only for the handler of a command that is written through: each member wants that
/// command, so that no other code comes by an order it could change.
/// </summary>
public interface IOrderRepository
{
    /// <returns>Null when there is no such order.</returns>
    Task<Order?> FindAsync(IOrderCommand command, CancellationToken cancellationToken);

    /// <returns>The id of the seller's order with this reference; null when there is none.</returns>
    Task<Guid?> FindIdAsync(string sellerId, string externalId, CancellationToken cancellationToken);

    void Add(IOrderCommand command, Order order);
}

using Mes.Application.Messaging;
using Mes.Domain.Orders;

namespace Mes.Application.Orders;

/// <summary>
/// Loads orders in order to change them. Each member takes the command that is being handled, so that no other code can
/// get hold of an order to change.
/// </summary>
public interface IOrderRepository
{
    /// <returns>Null when there is no such order.</returns>
    Task<Order?> FindAsync(IOrderCommand command, CancellationToken cancellationToken);

    /// <returns>The id of the seller's order with this reference; null when there is none.</returns>
    Task<Guid?> FindIdAsync(string sellerId, string externalId, CancellationToken cancellationToken);

    void Add(IOrderCommand command, Order order);
}

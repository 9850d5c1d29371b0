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

    /// <summary>Finds what the submission may repeat, all as of one moment.</summary>
    Task<EarlierSubmissions> FindEarlierAsync(SubmitOrder.SubmitOrder command, CancellationToken cancellationToken);

    /// <summary>
    /// Adds a new order and, in the same transaction, the idempotency key that its command has.
    /// </summary>
    void Add(IOrderCommand command, Order order);
}

using Mes.Application.Orders.GetOrderHistory;

namespace Mes.Application.Orders;

/// <summary>Reads single orders from the database, as last committed.</summary>
/// <exception cref="Persistence.DependencyUnavailableException">From every member: the database is away.</exception>
public interface IOrderReader
{
    /// <returns>Null when there is no such order.</returns>
    Task<OrderSnapshot?> FindAsync(Guid orderId, CancellationToken cancellationToken);

    /// <param name="after">The version that the page before ended with; 0 for the first.</param>
    /// <param name="count">At most so many changes.</param>
    /// <returns>Oldest first; null when there is no such order.</returns>
    Task<OrderHistory?> FindHistoryAsync(Guid orderId, int after, int count, CancellationToken cancellationToken);
}

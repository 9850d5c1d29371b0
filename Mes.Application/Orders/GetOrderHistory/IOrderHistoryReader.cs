namespace Mes.Application.Orders.GetOrderHistory;

/// <summary>Reads an order's history from the database, as last committed.</summary>
public interface IOrderHistoryReader
{
    /// <param name="after">The last version on the page before; 0 for the first page.</param>
    /// <param name="count">The most changes to return.</param>
    /// <returns>The changes, oldest first; null when there is no such order.</returns>
    /// <exception cref="Persistence.DependencyUnavailableException">The database does not answer.</exception>
    Task<OrderHistory?> FindHistoryAsync(Guid orderId, int after, int count, CancellationToken cancellationToken);
}

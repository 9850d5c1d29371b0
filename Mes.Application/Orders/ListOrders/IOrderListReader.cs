using Mes.Application.Paging;
using Mes.Application.Snapshots;

namespace Mes.Application.Orders.ListOrders;

/// <summary>Pages of orders, from the database. Each answer is one snapshot.</summary>
public interface IOrderListReader
{
    /// <param name="after">Where the page before ended; null for the first.</param>
    /// <param name="count">At most so many.</param>
    /// <exception cref="Persistence.DependencyUnavailableException">The database is away.</exception>
    Task<IReadOnlyList<OrderSnapshot>> ListAsync(OrderFilter filter, PagePosition? after, int count, CancellationToken cancellationToken);
}

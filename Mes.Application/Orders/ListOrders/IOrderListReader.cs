using Mes.Application.Paging;
using Mes.Application.Snapshots;

namespace Mes.Application.Orders.ListOrders;

/// <summary>Pages of orders, from the database. Each answer is one snapshot.</summary>
public interface IOrderListReader
{
    /// <param name="after">Where the previous page ended; null for the first page.</param>
    /// <param name="count">The most orders to return.</param>
    /// <exception cref="Persistence.DependencyUnavailableException">The database does not answer.</exception>
    Task<IReadOnlyList<OrderSnapshot>> ListAsync(
        OrderFilter filter, PagePosition? after, int count, CancellationToken cancellationToken);
}

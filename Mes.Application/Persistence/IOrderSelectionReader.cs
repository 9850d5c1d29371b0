using Mes.Application.Snapshots;

namespace Mes.Application.Persistence;

/// <summary>
/// Reads selections of orders from the database, each in one snapshot: its totals agree with its orders.
/// </summary>
public interface IOrderSelectionReader
{
    /// <exception cref="Persistence.DependencyUnavailableException">The database is away.</exception>
    Task<SelectedOrders> ReadAsync(OrderSelection selection, CancellationToken cancellationToken);
}

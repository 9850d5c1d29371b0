using Mes.Application.Snapshots;

namespace Mes.Application.Persistence;

/// <summary>Reads orders by their ids from the database, as last committed.</summary>
public interface IOrderReader
{
    /// <returns>Null when there is no such order.</returns>
    /// <exception cref="DependencyUnavailableException">The database does not answer.</exception>
    Task<OrderSnapshot?> FindAsync(Guid orderId, CancellationToken cancellationToken);

    /// <summary>Reads several orders in one statement.</summary>
    /// <returns>Those that exist, in any order.</returns>
    /// <exception cref="DependencyUnavailableException">The database does not answer.</exception>
    Task<IReadOnlyList<OrderSnapshot>> FindAllAsync(
        IReadOnlyCollection<Guid> orderIds, CancellationToken cancellationToken);
}

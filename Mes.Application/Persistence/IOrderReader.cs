using Mes.Application.Snapshots;

namespace Mes.Application.Persistence;

/// <summary>Reads single orders from the database, as last committed.</summary>
public interface IOrderReader
{
    /// <returns>Null when there is no such order.</returns>
    /// <exception cref="DependencyUnavailableException">The database does not answer.</exception>
    Task<OrderSnapshot?> FindAsync(Guid orderId, CancellationToken cancellationToken);
}

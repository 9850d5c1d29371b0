using Mes.Domain.Callers;

namespace Mes.Application.ApiKeys;

/// <summary>Reads API keys from the database, as last committed.</summary>
public interface IApiKeyReader
{
    /// <returns>Null when there is no such key.</returns>
    /// <exception cref="Persistence.DependencyUnavailableException">The database does not answer.</exception>
    Task<ApiKeyDocument?> FindAsync(string id, CancellationToken cancellationToken);

    /// <param name="role">Only keys of this role; null for all.</param>
    /// <param name="sellerId">Only keys of this seller; null for all.</param>
    /// <param name="after">The last key of the page before; null for the first page.</param>
    /// <param name="count">The most keys to return.</param>
    /// <returns>The keys, newest first.</returns>
    /// <exception cref="Persistence.DependencyUnavailableException">The database does not answer.</exception>
    Task<IReadOnlyList<ApiKeyDocument>> ListAsync(
        Role? role, string? sellerId, ApiKeyPosition? after, int count, CancellationToken cancellationToken);
}

using Mes.Domain.Callers;

namespace Mes.Application.ApiKeys;

/// <summary>The API keys that were issued, for commands that change them.</summary>
public interface IApiKeyRepository
{
    /// <summary>
    /// Begins a change of keys. No other change of keys goes on until this one has been committed or has failed. So
    /// what it finds stays true.
    /// </summary>
    /// <returns>The time by the database's clock, in whole milliseconds.</returns>
    /// <exception cref="Persistence.DependencyUnavailableException">The database does not answer.</exception>
    Task<DateTimeOffset> BeginChangeAsync(CancellationToken cancellationToken);

    void Add(ApiKey key);

    /// <returns>Null when there is no such key.</returns>
    Task<ApiKey?> FindAsync(string id, CancellationToken cancellationToken);

    /// <returns>The keys that these were rotated into, oldest first.</returns>
    Task<IReadOnlyList<ApiKey>> FindSuccessorsAsync(
        IReadOnlyCollection<string> ids, CancellationToken cancellationToken);

    /// <returns>How many live keys the caller has that have not been rotated.</returns>
    Task<int> CountLiveAsync(Caller caller, DateTimeOffset now, CancellationToken cancellationToken);

    /// <returns>Whether there is an admin key without expiry that is not revoked and is none of these.</returns>
    Task<bool> HasOtherLastingAdminKeyAsync(IReadOnlyCollection<string> ids, CancellationToken cancellationToken);
}

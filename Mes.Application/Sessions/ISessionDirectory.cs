namespace Mes.Application.Sessions;

/// <summary>
/// Finds whom a session is of. That a session was closed, or its key revoked, takes effect within a second.
/// </summary>
public interface ISessionDirectory
{
    /// <param name="token">As the browser keeps it.</param>
    /// <returns>Null when there is no such session any more, or when its key is not good.</returns>
    /// <exception cref="Persistence.DependencyUnavailableException">
    /// The database does not answer, and the session was not used recently.
    /// </exception>
    ValueTask<LiveSession?> FindAsync(string token, CancellationToken cancellationToken);

    /// <returns>How long the key is still good; null for a key that does not expire.</returns>
    TimeSpan? RestOfKey(string keyId);
}

using Mes.Domain.Callers;

namespace Mes.Application.Sessions;

/// <summary>The sessions, for commands that change them. A change of sessions is a change of keys.</summary>
public interface ISessionRepository
{
    void Add(Session session);

    void Remove(Session session);

    /// <returns>Null when there is no such session.</returns>
    Task<Session?> FindAsync(byte[] tokenHash, CancellationToken cancellationToken);

    /// <returns>The key's sessions that have not expired, newest first.</returns>
    Task<IReadOnlyList<Session>> FindLiveAsync(
        string keyId, bool isDisplay, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Deletes the sessions of all keys that have expired.</summary>
    Task DeleteExpiredAsync(DateTimeOffset now, CancellationToken cancellationToken);
}

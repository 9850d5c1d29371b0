using Mes.Domain.Callers;

namespace Mes.Application.ApiKeys;

/// <summary>Tells who holds a key. A revocation shows within a second.</summary>
public interface ICallerDirectory
{
    /// <returns>Null when the key is not good.</returns>
    /// <exception cref="Persistence.DependencyUnavailableException">The database is away, and the key was not seen lately.</exception>
    ValueTask<Caller?> FindAsync(string key, CancellationToken cancellationToken);
}

using Mes.Domain.Callers;

namespace Mes.Application.ApiKeys;

/// <summary>Finds the holder of a key. A revocation takes effect within a second.</summary>
public interface ICallerDirectory
{
    /// <returns>Null when the key is unknown or revoked.</returns>
    /// <exception cref="Persistence.DependencyUnavailableException">
    /// The database does not answer, and the key was not used recently.
    /// </exception>
    ValueTask<Caller?> FindAsync(ReadOnlySpan<char> key, CancellationToken cancellationToken);
}

namespace Mes.Application.Persistence;

/// <summary>What the handlers of one request have changed, to be committed as one.</summary>
public interface IUnitOfWork
{
    bool HasChanges { get; }

    /// <summary>
    /// Commits everything, or nothing. A commit whose answer was lost is looked up before anything is tried again, so that
    /// no change is ever made twice (bug classes 21 and 22). It does not stop when the caller hangs up.
    /// </summary>
    /// <param name="tags">Committed with the changes, so that they get new stamps whatever fails after the commit.</param>
    /// <exception cref="DependencyUnavailableException">The database is away; the change may or may not stand.</exception>
    Task<CommitOutcome> CommitAsync(IReadOnlyCollection<string> tags);

    /// <summary>Forgets what was loaded and changed, so that the request can be decided again.</summary>
    void Reset();
}

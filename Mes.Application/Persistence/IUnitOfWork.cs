namespace Mes.Application.Persistence;

/// <summary>The changes of one request's handlers, to be committed as one.</summary>
public interface IUnitOfWork
{
    bool HasChanges { get; }

    /// <summary>
    /// Commits everything or nothing. When the answer to a commit is lost, it looks up the outcome before it tries
    /// again, so that no change is made twice (bug classes 21 and 22). It does not stop when the caller disconnects.
    /// </summary>
    /// <param name="tags">
    /// Committed with the changes, so that they get new stamps whatever fails after the commit.
    /// </param>
    /// <exception cref="DependencyUnavailableException">
    /// The database does not answer; the change may or may not have been saved.
    /// </exception>
    Task<CommitOutcome> CommitAsync(IReadOnlyCollection<string> tags);

    /// <summary>Discards everything loaded and changed, so that the handler can run again.</summary>
    void Reset();
}

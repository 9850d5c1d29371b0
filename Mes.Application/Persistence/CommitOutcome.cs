namespace Mes.Application.Persistence;

/// <summary>The outcome of a commit.</summary>
public enum CommitOutcome
{
    Committed,

    /// <summary>Another writer changed or created the same thing first. Nothing of this commit was saved.</summary>
    Conflict,

    /// <summary>
    /// Another transaction, which has not ended yet, uses the same idempotency key. Nothing of this commit was saved.
    /// </summary>
    InProgress,
}

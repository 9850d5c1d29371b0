namespace Mes.Application.Persistence;

/// <summary>What became of a commit.</summary>
public enum CommitOutcome
{
    Committed,

    /// <summary>Somebody else changed or created the same thing first. Nothing of this commit stands.</summary>
    Conflict,
}

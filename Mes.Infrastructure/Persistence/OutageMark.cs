namespace Mes.Infrastructure.Persistence;

/// <summary>An instance says that nobody takes its changes: while it stands, no licence is given to anybody.</summary>
internal sealed class OutageMark
{
    public required string Instance { get; init; }

    /// <summary>By the database's clock.</summary>
    public DateTimeOffset SetAt { get; init; }

    /// <summary>It lapses then, if its instance does not renew it; so it does not outlive an instance that died.</summary>
    public DateTimeOffset ExpiresAt { get; init; }
}

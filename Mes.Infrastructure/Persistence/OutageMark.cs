namespace Mes.Infrastructure.Persistence;

/// <summary>An instance says that nobody takes its changes of a cell: while it stands, no licence for that cell is given to anybody.</summary>
internal sealed class OutageMark
{
    /// <summary>Who set it. One that sees several cells away has a name for each.</summary>
    public required string Instance { get; init; }

    public int Cell { get; init; }

    /// <summary>Of how many cells. To whoever has another number, and where it is 0, the mark stands for the whole cache.</summary>
    public int Cells { get; init; }

    /// <summary>By the database's clock.</summary>
    public DateTimeOffset SetAt { get; init; }

    /// <summary>It lapses then, if its instance does not renew it; so it does not outlive an instance that died.</summary>
    public DateTimeOffset ExpiresAt { get; init; }
}

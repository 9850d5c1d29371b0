using Mes.Infrastructure.Redis;

namespace Mes.Infrastructure.Persistence.Model;

/// <summary>
/// An instance says that nobody takes its changes of a cell: while the row is there, no licence for that cell is given to anybody. That
/// it is there decides, and no clock does (bug class 40).
/// </summary>
internal sealed class OutageMark
{
    /// <summary>The mark's own name, which never comes again: a statement that arrives late cannot mean another mark.</summary>
    public required string Instance { get; init; }

    public int Cell { get; init; }

    /// <summary>Of how many cells. To whoever has another number, and where it is 0, the mark stands for the whole cache.</summary>
    public int Cells { get; init; }

    /// <summary>Counts its renewals. One that is no longer renewed is removed by whoever notices, by that instance's own monotonic clock.</summary>
    public long Beat { get; init; }

    /// <summary>
    /// It has stood for so long, by the monotonic clock of whoever set it, that every licence given before it has run out. So while a
    /// confirmed mark is there, nobody holds a licence.
    /// </summary>
    public bool Confirmed { get; init; }

    /// <summary>By the database's clock: for instances of a version that tells the age by it.</summary>
    public DateTimeOffset SetAt { get; init; }

    /// <summary>As <see cref="SetAt"/>: when it lapses for those.</summary>
    public DateTimeOffset ExpiresAt { get; init; }
}

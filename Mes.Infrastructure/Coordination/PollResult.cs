namespace Mes.Infrastructure.Coordination;

/// <summary>What the database answered to one <see cref="LicenceQuery"/>, not yet interpreted.</summary>
/// <param name="AskedAt">When the query was sent: a timestamp of this instance's monotonic clock.</param>
/// <param name="AskedAtWallClock">The same moment by the wall clock.</param>
/// <param name="Database">
/// The identity of the database (<see cref="Persistence.IDatabaseEngine.Identity"/>); null for one that only follows
/// another.
/// </param>
/// <param name="Position">The position of the database's log; null if it has none.</param>
/// <param name="ApiKeyRevision">The revision of the table of API keys.</param>
/// <param name="Cells">The cells in order.</param>
/// <param name="Overdue">The orders whose changes could not be put.</param>
/// <param name="OverdueCount">How many overdue rows the query returned.</param>
internal sealed record PollResult(
    long AskedAt,
    DateTimeOffset AskedAtWallClock,
    string? Database,
    long? Position,
    long ApiKeyRevision,
    IReadOnlyList<PollResult.Cell> Cells,
    IReadOnlySet<Guid> Overdue,
    int OverdueCount)
{
    /// <param name="Database">The identity of the database that began the epoch.</param>
    internal sealed record Cell(
        long Epoch, string? DataSet, string? Database, int Layout, bool IsSettled, bool IsOutage);
}

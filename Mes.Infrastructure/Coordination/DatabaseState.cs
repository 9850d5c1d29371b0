namespace Mes.Infrastructure.Coordination;

/// <summary>
/// The result of one poll as this instance interprets it. For as long as <see cref="LicenceTerms.Term"/> it is a
/// licence: a lease on reads that the database has granted.
/// </summary>
/// <param name="AskedAt">When the query was sent: a timestamp of this instance's monotonic clock.</param>
/// <param name="AskedAtWallClock">The same moment by the wall clock, which goes on while the machine sleeps.</param>
/// <param name="Database">
/// The identity of the database; null for one that only follows another, such as a hot standby.
/// </param>
/// <param name="DatabaseGeneration">
/// Counts, within this instance, how often the database was replaced (restored, failed over). Data that was read in an
/// earlier generation must not be kept.
/// </param>
/// <param name="ApiKeyRevision">
/// The revision of the table of API keys in this database. It changes whenever a key is made or revoked.
/// </param>
/// <param name="Cells">All cells of the cache.</param>
/// <param name="Overdue">The orders whose changes could not be put.</param>
/// <param name="OverdueCount">
/// How many overdue rows there are. It exceeds the number of orders if some rows are not about an order.
/// </param>
internal sealed record DatabaseState(
    long AskedAt,
    DateTimeOffset AskedAtWallClock,
    string? Database,
    long DatabaseGeneration,
    long ApiKeyRevision,
    IReadOnlyList<CellState> Cells,
    IReadOnlySet<Guid> Overdue,
    int OverdueCount)
{
    /// <summary>Whether a reader may be told of an order from its cell.</summary>
    public bool Covers(Guid orderId, int cell) =>
        !Cells[cell].IsOutage
        && OverdueCount <= LicenceTerms.MaxOverdueOrders(Cells.Count)
        && !Overdue.Contains(orderId);

    /// <summary>Whether a reader may be told of many orders at once from the cache.</summary>
    public bool CoversAll
    {
        get
        {
            foreach (var cell in Cells)
            {
                if (cell.IsOutage)
                {
                    return false;
                }
            }

            return OverdueCount == 0;
        }
    }
}

using Mes.Infrastructure.Redis;

namespace Mes.Infrastructure.Coordination;

/// <summary>What the database said, at one moment.</summary>
/// <param name="AskedAt">A timestamp of the instance's own monotonic clock.</param>
/// <param name="AskedAtWallClock">The same moment by the wall clock, which goes on while the machine sleeps.</param>
/// <param name="Database">Which database answered; null for one that only follows another, such as a hot standby.</param>
/// <param name="DatabaseGeneration">
/// Counted by this instance: another one where the database has become another since (restored, failed over), so that nothing that was
/// read from it before may be kept.
/// </param>
/// <param name="ApiKeyRevision">Of the API keys' table in this database: another one where some key was made or revoked.</param>
/// <param name="Cells">The cache's cells, as many as it has.</param>
/// <param name="Overdue">The orders whose changes could not be put.</param>
/// <param name="OverdueCount">How many rows were named; more than the orders when there are some that are not about an order.</param>
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
    /// <summary>Whether an order may be answered from its cell.</summary>
    public bool Covers(Guid orderId, int cell) =>
        !Cells[cell].IsOutage && OverdueCount <= LicenceTerms.MaxOverdueOrders(Cells.Count) && !Overdue.Contains(orderId);

    /// <summary>Whether what is made of many orders may be answered from the cache.</summary>
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

namespace Mes.Infrastructure.Licensing;

/// <summary>What the database said, at one moment.</summary>
/// <param name="AskedAt">A timestamp of the instance's own monotonic clock.</param>
/// <param name="AskedAtWallClock">The same moment by the wall clock, which goes on while the machine sleeps.</param>
/// <param name="ApiKeyRevision">Another one: some API key was made or revoked.</param>
/// <param name="Epoch">The only one whose keys may be read.</param>
/// <param name="DataSet">The Redis that holds it; null while none is named.</param>
/// <param name="Layout">That of its indexes.</param>
/// <param name="IsEpochUsable">All licences for the epoch before have run out.</param>
/// <param name="EpochAge">How long ago the epoch began.</param>
/// <param name="IsOutage">Some instance's changes are taken by nobody.</param>
/// <param name="Overdue">The orders whose changes could not be put.</param>
/// <param name="OverdueCount">How many rows were named; more than the orders when there are some that are not about an order.</param>
internal sealed record Observation(
    long AskedAt,
    DateTimeOffset AskedAtWallClock,
    long ApiKeyRevision,
    long Epoch,
    string? DataSet,
    int Layout,
    bool IsEpochUsable,
    TimeSpan EpochAge,
    bool IsOutage,
    IReadOnlySet<Guid> Overdue,
    int OverdueCount)
{
    /// <summary>Whether an order may be answered from the cache.</summary>
    public bool Covers(Guid orderId) => !IsOutage && OverdueCount <= LicenceTerms.MostNamed && !Overdue.Contains(orderId);

    /// <summary>Whether what is made of many orders may be answered from the cache.</summary>
    public bool CoversAll => !IsOutage && OverdueCount == 0;
}

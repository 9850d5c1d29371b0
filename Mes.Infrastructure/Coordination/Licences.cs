using Mes.Infrastructure.Redis;

namespace Mes.Infrastructure.Coordination;

/// <summary>
/// Validates replies of the cache once they have arrived. A hit or a put counts only under a live licence for the epoch
/// that it was made in, and only if the reply is known to come from the epoch's data set (bug classes 26, 27, 29).
/// </summary>
internal sealed class Licences(LicencePoll poll, Cells cells, TimeProvider clock)
{
    /// <param name="orderId">The order that was found.</param>
    /// <param name="epoch">The epoch of the order's cell in which the read was made.</param>
    /// <param name="answeredBy">
    /// Null if the reply may have come over another connection than the identified one.
    /// </param>
    public HitValidity Validate(Guid orderId, CacheEpoch epoch, DataSet? answeredBy)
    {
        var latest = poll.Latest!;
        return IsSameData(latest, epoch, answeredBy) && latest.Covers(orderId, epoch.Cell)
            ? Validate(latest)
            : HitValidity.Invalid;
    }

    /// <summary>Validates what was made of the replies of all cells.</summary>
    /// <param name="epochs">The epoch of each cell in which the read was made.</param>
    /// <param name="answeredBy">The data set that each reply came from.</param>
    public HitValidity Validate(ReadOnlySpan<CacheEpoch> epochs, ReadOnlySpan<DataSet?> answeredBy)
    {
        var latest = poll.Latest!;
        for (var cell = 0; cell < epochs.Length; cell++)
        {
            if (!IsSameData(latest, epochs[cell], answeredBy[cell]))
            {
                return HitValidity.Invalid;
            }
        }

        return latest.CoversAll ? Validate(latest) : HitValidity.Invalid;
    }

    /// <summary>
    /// Whether a confirmed put counts. It may be of an overdue order: all that matters is that it is in the data set
    /// that every instance reads.
    /// </summary>
    public bool IsPutValid(CacheEpoch epoch, DataSet? answeredBy)
    {
        var latest = poll.Latest!;
        return IsSameData(latest, epoch, answeredBy) && IsAlive(latest);
    }

    private HitValidity Validate(DatabaseState latest) =>
        IsAlive(latest) ? HitValidity.Valid
        : poll.IsSilent ? HitValidity.Unverified
        : HitValidity.Invalid;

    private bool IsSameData(DatabaseState latest, CacheEpoch epoch, DataSet? answeredBy) =>
        latest.Cells.Count == cells.Count
        && latest.Cells[epoch.Cell] is var state
        && state is { IsOfThisDatabase: true, IsEpochUsable: true, Layout: CacheLayout.Current }
        && state.Epoch == epoch.Number
        && answeredBy is not null
        && answeredBy.Name == state.DataSet;

    private bool IsAlive(DatabaseState latest)
    {
        // The monotonic clock stops while the machine sleeps; the wall clock does not. An operator may set the wall
        // clock: then a licence is lost without need, until the next poll a quarter of a second later.
        var byWallClock = clock.GetUtcNow() - latest.AskedAtWallClock;
        return clock.GetElapsedTime(latest.AskedAt) < LicenceTerms.Term
            && byWallClock < LicenceTerms.Term
            && byWallClock > -LicenceTerms.Term;
    }
}

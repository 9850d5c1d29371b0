using System.Diagnostics.CodeAnalysis;
using Mes.Infrastructure.Redis;

namespace Mes.Infrastructure.Coordination;

/// <summary>
/// Judges answers of the cache, when they have arrived. A hit or a put counts only under a live licence for the epoch it was
/// made in, on a connection that is known to lead to the epoch's data set (bug classes 26, 27, 29).
/// </summary>
internal sealed class Licences(LicencePoll poll, Cells cells, TimeProvider clock)
{
    /// <summary>Why an answer that has arrived is passed by.</summary>
    public const string NoLicence = "no-licence";

    /// <summary>
    /// The epoch to work in within a cell on this connection, unless there is an objection: nothing is known yet, the epoch is another database's,
    /// licences for the epoch before may still be alive, the cache has another number of cells, or the connection leads to another Redis.
    /// </summary>
    public bool TryFindEpoch(int cell, DataSet? connected, out long epoch, [NotNullWhen(false)] out string? objection)
    {
        var latest = poll.Latest;
        if (latest is null || latest.Cells.Count != cells.Count)
        {
            epoch = 0;
            objection = latest is null ? "starting" : "other-cells";
            return false;
        }

        var state = latest.Cells[cell];
        epoch = state.Epoch;
        objection = state switch
        {
            { IsOfThisDatabase: false } => "other-database",
            { IsEpochUsable: false } => "new-epoch",
            _ when state.Layout != CacheLayout.Current => "other-layout",
            _ when connected is null => RedisRouter.Unreachable,
            _ when Guards.DataSet && state.DataSet != connected.Name => "other-data-set",
            _ => null,
        };
        return objection is null;
    }

    /// <param name="orderId">The order that was found.</param>
    /// <param name="epoch">In which the read was made, in the order's cell.</param>
    /// <param name="answeredBy">Null when the answer came over another connection than the one that was identified.</param>
    public HitValidity Validate(Guid orderId, CacheEpoch epoch, DataSet? answeredBy)
    {
        var latest = poll.Latest!;
        return IsSameData(latest, epoch, answeredBy) && (!Guards.Licence || latest.Covers(orderId, epoch.Cell)) ? Judge(latest) : HitValidity.Invalid;
    }

    /// <summary>Judges what was made of the answers of all cells: of each the epoch it was asked in, and who answered.</summary>
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

        return !Guards.Licence || latest.CoversAll ? Judge(latest) : HitValidity.Invalid;
    }

    /// <summary>
    /// A put counts also for an order that is named: it only has to be certain that it is in the data set that everybody reads.
    /// </summary>
    public bool IsPutValid(CacheEpoch epoch, DataSet? answeredBy)
    {
        var latest = poll.Latest!;
        return IsSameData(latest, epoch, answeredBy) && IsAlive(latest);
    }

    private HitValidity Judge(DatabaseState latest) =>
        IsAlive(latest) || !Guards.Licence ? HitValidity.Valid : poll.IsSilent ? HitValidity.Unverified : HitValidity.Invalid;

    private bool IsSameData(DatabaseState latest, CacheEpoch epoch, DataSet? answeredBy) =>
        latest.Cells.Count == cells.Count
        && latest.Cells[epoch.Cell] is { IsOfThisDatabase: true, IsEpochUsable: true, Layout: CacheLayout.Current } state
        && state.Epoch == epoch.Number
        && (!Guards.DataSet || (answeredBy is not null && answeredBy.Name == state.DataSet));

    private bool IsAlive(DatabaseState latest)
    {
        // The monotonic clock stands still while the machine sleeps, the wall clock does not; it may be set, though, and
        // then a licence is lost for nothing, until the next one a quarter of a second later.
        var byWallClock = clock.GetUtcNow() - latest.AskedAtWallClock;
        return clock.GetElapsedTime(latest.AskedAt) < LicenceTerms.Term
            && byWallClock < LicenceTerms.Term
            && byWallClock > -LicenceTerms.Term;
    }
}

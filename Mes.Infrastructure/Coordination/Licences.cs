using System.Diagnostics.CodeAnalysis;
using Mes.Application.Caching;
using Mes.Infrastructure.Redis;

namespace Mes.Infrastructure.Coordination;

/// <summary>
/// Judges answers of the cache, when they have arrived. A hit or a put counts only under a live licence for the epoch it was
/// made in, on a connection that is known to lead to the epoch's data set (bug classes 26, 27, 29).
/// </summary>
internal sealed class Licences(DatabaseWatch watch, Cells cells, TimeProvider clock)
{
    /// <summary>
    /// The epoch to work in within a cell on this connection, unless there is an objection: nothing is known yet, the epoch is another database's,
    /// licences for the epoch before may still be alive, the cache has another number of cells, or the connection leads to another Redis.
    /// </summary>
    public bool TryGetEpoch(int cell, DataSet? connected, out long epoch, [NotNullWhen(false)] out BypassReason? objection)
    {
        var latest = watch.Latest;
        if (latest is null || latest.Cells.Count != cells.Count)
        {
            epoch = 0;
            objection = latest is null ? BypassReason.Starting : BypassReason.OtherCells;
            return false;
        }

        var state = latest.Cells[cell];
        epoch = state.Epoch;
        objection = state switch
        {
            { IsOfThisDatabase: false } => BypassReason.OtherDatabase,
            { IsEpochUsable: false } => BypassReason.NewEpoch,
            _ when state.Layout != CacheLayout.Current => BypassReason.OtherLayout,
            _ when connected is null => BypassReason.Unreachable,
            _ when Guards.DataSet && state.DataSet != connected.Name => BypassReason.OtherDataSet,
            _ => null,
        };
        return objection is null;
    }

    /// <param name="orderId">The order that was found.</param>
    /// <param name="epoch">In which the read was made, in the order's cell.</param>
    /// <param name="answeredBy">Null when the answer came over another connection than the one that was identified.</param>
    public Verdict JudgeHit(Guid orderId, CacheEpoch epoch, DataSet? answeredBy)
    {
        var latest = watch.Latest!;
        return IsSameData(latest, epoch, answeredBy) && (!Guards.Licence || latest.Covers(orderId, epoch.Cell)) ? Judge(latest) : Verdict.Void;
    }

    /// <summary>Judges what was made of the answers of all cells: of each the epoch it was asked in, and who answered.</summary>
    public Verdict JudgeHit(ReadOnlySpan<CacheEpoch> epochs, ReadOnlySpan<DataSet?> answeredBy)
    {
        var latest = watch.Latest!;
        for (var cell = 0; cell < epochs.Length; cell++)
        {
            if (!IsSameData(latest, epochs[cell], answeredBy[cell]))
            {
                return Verdict.Void;
            }
        }

        return !Guards.Licence || latest.CoversAll ? Judge(latest) : Verdict.Void;
    }

    /// <summary>
    /// A put counts also for an order that is named: it only has to be certain that it is in the data set that everybody reads.
    /// </summary>
    public bool PutCounts(CacheEpoch epoch, DataSet? answeredBy)
    {
        var latest = watch.Latest!;
        return IsSameData(latest, epoch, answeredBy) && IsAlive(latest);
    }

    private Verdict Judge(Observation latest) =>
        IsAlive(latest) || !Guards.Licence ? Verdict.Counts : watch.IsSilent ? Verdict.Unverified : Verdict.Void;

    private bool IsSameData(Observation latest, CacheEpoch epoch, DataSet? answeredBy) =>
        latest.Cells.Count == cells.Count
        && latest.Cells[epoch.Cell] is { IsOfThisDatabase: true, IsEpochUsable: true, Layout: CacheLayout.Current } state
        && state.Epoch == epoch.Number
        && (!Guards.DataSet || (answeredBy is not null && answeredBy.Name == state.DataSet));

    private bool IsAlive(Observation latest)
    {
        // The monotonic clock stands still while the machine sleeps, the wall clock does not; it may be set, though, and
        // then a licence is lost for nothing, until the next one a quarter of a second later.
        var byWallClock = clock.GetUtcNow() - latest.AskedAtWallClock;
        return clock.GetElapsedTime(latest.AskedAt) < LicenceTerms.Term
            && byWallClock < LicenceTerms.Term
            && byWallClock > -LicenceTerms.Term;
    }
}

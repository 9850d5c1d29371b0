using System.Diagnostics.CodeAnalysis;
using Mes.Infrastructure.Caching;

namespace Mes.Infrastructure.Licensing;

/// <summary>
/// Judges answers of the cache, when they have arrived. A hit or a put counts only under a live licence for the epoch it was
/// made in, on a connection that is known to lead to the epoch's data set (bug classes 26, 27, 29).
/// </summary>
internal sealed class Licences(DatabaseWatch watch, TimeProvider clock)
{
    /// <summary>Why an answer that has arrived is passed by.</summary>
    public const string None = "no-licence";

    /// <summary>
    /// The epoch to work in on this connection, unless there is an objection: nothing is known yet, licences for the epoch
    /// before may still be alive, or the connection leads to another Redis.
    /// </summary>
    public bool TryGetEpoch(DataSet? connected, out long epoch, [NotNullWhen(false)] out string? objection)
    {
        var latest = watch.Latest;
        epoch = latest?.Epoch ?? 0;
        objection = latest switch
        {
            null => "starting",
            { IsEpochUsable: false } => "new-epoch",
            _ when latest.Layout != IndexScore.Layout => "other-layout",
            _ when connected is null => RedisGate.Unreachable,
            _ when Guards.DataSet && latest.DataSet != connected.RunId => "other-data-set",
            _ => null,
        };
        return objection is null;
    }

    /// <param name="orderId">Null for what is made of many orders.</param>
    /// <param name="epoch">In which the read was made.</param>
    /// <param name="answeredBy">Null when the answer came over another connection than the one that was identified.</param>
    public Verdict JudgeHit(Guid? orderId, long epoch, DataSet? answeredBy)
    {
        if (!IsSameData(epoch, answeredBy, out var latest) || !IsCovered(latest, orderId))
        {
            return Verdict.Void;
        }

        return IsAlive(latest) || !Guards.Licence ? Verdict.Counts : watch.IsSilent ? Verdict.Unverified : Verdict.Void;
    }

    /// <summary>
    /// A put counts also for an order that is named: it only has to be certain that it is in the data set that everybody reads.
    /// </summary>
    public bool PutCounts(long epoch, DataSet? answeredBy) => IsSameData(epoch, answeredBy, out var latest) && IsAlive(latest);

    private static bool IsCovered(Observation latest, Guid? orderId) =>
        !Guards.Licence || (orderId is { } id ? latest.Covers(id) : latest.CoversAll);

    private bool IsSameData(long epoch, DataSet? answeredBy, out Observation latest)
    {
        latest = watch.Latest!;
        return latest is { IsEpochUsable: true, Layout: IndexScore.Layout }
            && latest.Epoch == epoch
            && (!Guards.DataSet || (answeredBy is not null && answeredBy.RunId == latest.DataSet));
    }

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

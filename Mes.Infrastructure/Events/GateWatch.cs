using Mes.Infrastructure.Coordination;

namespace Mes.Infrastructure.Events;

/// <summary>
/// How long this instance has seen outbox rows that hold events back, by its own monotonic clock: the database's clock
/// may be set at any time (bug class 40).
/// </summary>
internal sealed class GateWatch(TimeProvider clock)
{
    /// <summary>
    /// A row that is not overdue after this time has no living writer: a writer puts its change, or marks the row.
    /// </summary>
    internal static readonly TimeSpan Abandoned = TimeSpan.FromSeconds(3);

    private Dictionary<(long Id, bool IsOverdue), long> _since = [];

    /// <summary>
    /// The overdue rows for which every licence from before the mark has expired. Later licences exclude their orders.
    /// </summary>
    public IReadOnlyCollection<long> Expired => Seen(isOverdue: true, LicenceTerms.AllExpired);

    /// <summary>The rows that no writer and no relay has settled for long.</summary>
    public IReadOnlyCollection<long> Unsettled => Seen(isOverdue: false, Abandoned);

    /// <summary>Takes what was just read: all rows that hold events back.</summary>
    public void Look(IEnumerable<(long Id, bool IsOverdue)> rows)
    {
        // Counted from the arrival: the mark was committed before that.
        var now = clock.GetTimestamp();
        _since = rows.Distinct().ToDictionary(row => row, row => _since.GetValueOrDefault(row, now));
    }

    private long[] Seen(bool isOverdue, TimeSpan time) =>
    [
        .. _since.Where(row => row.Key.IsOverdue == isOverdue && clock.GetElapsedTime(row.Value) >= time)
            .Select(row => row.Key.Id),
    ];
}

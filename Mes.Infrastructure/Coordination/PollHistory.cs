namespace Mes.Infrastructure.Coordination;

/// <summary>
/// Interprets the results of polls in the order in which the queries were sent. Everything that depends on how long
/// something has been so is measured here, by this instance's monotonic clock, because the database's clock may be set
/// at any time (bug class 40).
/// </summary>
internal sealed class PollHistory(TimeProvider clock)
{
    private readonly Lock _accepting = new();
    private volatile DatabaseState? _latest;
    private Seen[] _seen = [];
    private long _position = long.MinValue;
    private bool _hasGoneBack;

    /// <summary>The state from the poll whose query was sent last, of those that were answered.</summary>
    public DatabaseState? Latest => _latest;

    /// <summary>The highest position of the database's log that is known. Read it before the next poll.</summary>
    public long Position
    {
        get
        {
            lock (_accepting)
            {
                return _position;
            }
        }
    }

    /// <summary>
    /// Whether the database's files were replaced by older ones, and no new epochs have begun since.
    /// </summary>
    public bool HasGoneBack
    {
        get
        {
            lock (_accepting)
            {
                return _hasGoneBack;
            }
        }
    }

    /// <summary>
    /// Accepts a result that has just arrived. A late one is ignored if a newer query has been answered already.
    /// </summary>
    /// <param name="result">The result.</param>
    /// <param name="positionBefore">The <see cref="Position"/> from before the query was sent.</param>
    /// <returns>The latest state, which need not come from this result.</returns>
    public DatabaseState Accept(PollResult result, long positionBefore)
    {
        lock (_accepting)
        {
            if (_latest is { } latest && latest.AskedAt >= result.AskedAt)
            {
                return latest;
            }

            return _latest = Interpret(result, positionBefore);
        }
    }

    /// <summary>To be called when new epochs have begun because of <see cref="HasGoneBack"/>.</summary>
    public void NewEpochsStarted()
    {
        lock (_accepting)
        {
            _hasGoneBack = false;
        }
    }

    private DatabaseState Interpret(PollResult result, long positionBefore)
    {
        var isOther = _latest is not null && _latest.Database != result.Database;
        var wentBack = !isOther && result.Position < positionBefore;
        var position = result.Position ?? long.MinValue;
        _hasGoneBack = !isOther && (_hasGoneBack || wentBack);
        _position = isOther || wentBack ? position : Math.Max(_position, position);

        var generation = (_latest?.DatabaseGeneration ?? 0) + (isOther || wentBack ? 1 : 0);
        return new DatabaseState(
            result.AskedAt,
            result.AskedAtWallClock,
            result.Database,
            generation,
            result.ApiKeyRevision,
            Interpret(result),
            result.Overdue,
            result.OverdueCount);
    }

    private CellState[] Interpret(PollResult result)
    {
        // Counted from the arrival, not from the sending: the epoch may have begun in between, and until then instances
        // got licences for the previous one.
        var arrivedAt = clock.GetTimestamp();
        if (_seen.Length != result.Cells.Count)
        {
            _seen = [.. result.Cells.Select(cell => new Seen(cell.Epoch, arrivedAt, cell.DataSet, null))];
        }

        var states = new CellState[result.Cells.Count];
        for (var i = 0; i < states.Length; i++)
        {
            var (cell, seen) = (result.Cells[i], _seen[i]);
            if (seen.Epoch != cell.Epoch)
            {
                seen = seen with { Epoch = cell.Epoch, EpochSeenAt = arrivedAt };
            }

            if (seen.DataSet != cell.DataSet)
            {
                seen = seen with { DataSet = cell.DataSet, NotNamedAt = _latest?.AskedAt };
            }

            _seen[i] = seen;
            var isOver = clock.GetElapsedTime(seen.EpochSeenAt, arrivedAt) >= LicenceTerms.AllExpired;
            states[i] = new CellState(
                cell.Epoch,
                cell.DataSet,
                seen.NotNamedAt,
                cell.Layout,
                IsOfThisDatabase: result.Database is not null && result.Database == cell.Database && !_hasGoneBack,
                cell.IsSettled,
                IsEpochUsable: cell.IsSettled || isOver,
                cell.IsOutage);
        }

        return states;
    }

    private sealed record Seen(long Epoch, long EpochSeenAt, string? DataSet, long? NotNamedAt);
}

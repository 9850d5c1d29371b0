using Mes.Infrastructure.Redis;

namespace Mes.Infrastructure.Coordination;

/// <summary>
/// What this instance remembers of the database's answers, in the order in which it asked. Whatever depends on how long something has
/// been so is measured here, by the instance's own monotonic clock: the database's clock may be set at any time (bug class 40).
/// </summary>
internal sealed class PollHistory(TimeProvider clock)
{
    private readonly Lock _accepting = new();
    private volatile DatabaseState? _latest;
    private Seen[] _seen = [];
    private long _position = long.MinValue;
    private bool _hasGoneBack;

    /// <summary>What was answered to the question that was asked last, of those that were answered.</summary>
    public DatabaseState? Latest => _latest;

    /// <summary>How far the database's log has come, for certain. To be looked at before it is asked.</summary>
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

    /// <summary>Older files were put in the database's place, and no new epochs have begun since.</summary>
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
    /// Takes an answer that has just arrived. One that comes so late that a newer question has been answered is no news.
    /// </summary>
    /// <param name="answer">As the database gave it.</param>
    /// <param name="positionBefore">The <see cref="Position"/> from before it was asked.</param>
    /// <returns>The latest, which need not be this one.</returns>
    public DatabaseState Accept(PollResult answer, long positionBefore)
    {
        lock (_accepting)
        {
            if (_latest is { } latest && latest.AskedAt >= answer.AskedAt)
            {
                return latest;
            }

            return _latest = Interpret(answer, positionBefore);
        }
    }

    /// <summary>New epochs have begun since (<see cref="HasGoneBack"/>).</summary>
    public void NewEpochsStarted()
    {
        lock (_accepting)
        {
            _hasGoneBack = false;
        }
    }

    private DatabaseState Interpret(PollResult answer, long positionBefore)
    {
        var isOther = _latest is not null && _latest.Database != answer.Database;
        var wentBack = !isOther && answer.Position < positionBefore;
        _hasGoneBack = !isOther && (_hasGoneBack || wentBack);
        _position = isOther || wentBack ? answer.Position ?? long.MinValue : Math.Max(_position, answer.Position ?? long.MinValue);

        var generation = (_latest?.DatabaseGeneration ?? 0) + (isOther || wentBack ? 1 : 0);
        return new DatabaseState(
            answer.AskedAt,
            answer.AskedAtWallClock,
            answer.Database,
            generation,
            answer.ApiKeyRevision,
            Interpret(answer),
            answer.Overdue,
            answer.OverdueCount);
    }

    private CellState[] Interpret(PollResult answer)
    {
        // Now, not when it was asked: the epoch may have begun in between, and licences for the one before were given until then.
        var arrivedAt = clock.GetTimestamp();
        if (_seen.Length != answer.Cells.Count)
        {
            _seen = [.. answer.Cells.Select(cell => new Seen(cell.Epoch, arrivedAt, cell.DataSet, null))];
        }

        var states = new CellState[answer.Cells.Count];
        for (var i = 0; i < states.Length; i++)
        {
            var (cell, seen) = (answer.Cells[i], _seen[i]);
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
                IsOfThisDatabase: answer.Database is not null && answer.Database == cell.Database && !_hasGoneBack,
                cell.IsSettled,
                IsEpochUsable: cell.IsSettled || isOver,
                cell.IsOutage);
        }

        return states;
    }

    private sealed record Seen(long Epoch, long EpochSeenAt, string? DataSet, long? NotNamedAt);
}

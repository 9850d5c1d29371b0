using Npgsql;

namespace Mes.Chaos.Checking;

/// <summary>
/// Translates the database's wall clock into <see cref="Clock"/>. Asked at the beginning and at the end: what lies
/// between the two answers is the uncertainty, so a clock that was set meanwhile makes the check more lenient and
/// nothing else. Steps that a fault makes are known, and taken off.
/// </summary>
internal sealed class DatabaseClock
{
    private const int Attempts = 20;

    /// <summary>
    /// Milliseconds by which a commit may seem to be outside of the time in which the clock stood as it told.
    /// </summary>
    private const int Slack = 100;

    private readonly List<(long Earliest, long Latest)> _offsets = [];

    // Between two steps the clock is ahead by so much.
    private readonly List<(long Start, long End, long Ahead)> _settings = [(long.MinValue, long.MaxValue, 0)];

    public long Uncertainty => (_offsets.Max(offset => offset.Latest) - _offsets.Min(offset => offset.Earliest)) / 2;

    public async Task AskAsync(string postgres)
    {
        await using var connection = new NpgsqlConnection(postgres + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand("SELECT clock_timestamp()", connection);
        var best = (Earliest: long.MinValue / 2, Latest: long.MaxValue / 2);
        for (var i = 0; i < Attempts; i++)
        {
            var asked = Clock.Now;
            var answer = Ticks((DateTime)(await command.ExecuteScalarAsync())!);
            var answered = Clock.Now;

            // The answer was given somewhere between the two.
            if (answered - asked < best.Latest - best.Earliest)
            {
                best = (asked - answer, answered - answer);
            }
        }

        Add(best.Earliest, best.Latest);
    }

    /// <summary>It was set by so many milliseconds, forward or back, at a moment between these two.</summary>
    public void Stepped(long after, long before, double milliseconds)
    {
        var (start, _, ahead) = _settings[^1];
        _settings[^1] = (start, before, ahead);
        _settings.Add((after, long.MaxValue, ahead + Clock.Ticks(milliseconds)));
    }

    /// <summary>
    /// What <see cref="Clock"/> says is ahead of what the database says, as far as is known, by this and that.
    /// </summary>
    public void Add(long earliest, long latest) =>
        _offsets.Add((earliest + _settings[^1].Ahead, latest + _settings[^1].Ahead));

    /// <param name="now">What is translated lies before.</param>
    /// <returns>
    /// The middle of what it may be. The same time may have come twice, before a step back and after it: the later one
    /// then, which is the more lenient. The end of time, when it was never so late by that clock.
    /// </returns>
    public long Translate(DateTime time, long now)
    {
        var earliest = _offsets.Min(offset => offset.Earliest);
        var middle = Ticks(time) + earliest + ((_offsets.Max(offset => offset.Latest) - earliest) / 2);
        var slack = Uncertainty + Clock.Ticks(Slack);
        return _settings
            .Where(setting => middle - setting.Ahead is var moment
                && (setting.Start == long.MinValue || moment >= setting.Start - slack)
                && moment <= Math.Min(setting.End, now) + slack)
            .Select(setting => middle - setting.Ahead)
            .DefaultIfEmpty(Never)
            .Max();
    }

    /// <summary>Far from overflowing when a limit is added.</summary>
    private const long Never = long.MaxValue / 2;

    private static long Ticks(DateTime time) => Clock.Ticks((time - DateTime.UnixEpoch).TotalMilliseconds);
}

using Npgsql;

namespace Mes.Chaos.Checking;

/// <summary>
/// Translates times of the database's wall clock into <see cref="Clock"/>. The offset is measured at the beginning and
/// at the end of the run. The difference of the two measurements is the uncertainty, so a clock that somehow moved in
/// between only makes the check more lenient. Steps that a fault makes are known and subtracted.
/// </summary>
internal sealed class DatabaseClock
{
    private const int Attempts = 20;

    /// <summary>
    /// Milliseconds of tolerance when a commit is assigned to a period between two steps of the clock.
    /// </summary>
    private const int Slack = 100;

    private readonly List<(long Earliest, long Latest)> _offsets = [];

    // Each period between two steps, and how far the clock is ahead during it.
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

            // The server read its clock somewhere between these two moments.
            if (answered - asked < best.Latest - best.Earliest)
            {
                best = (asked - answer, answered - answer);
            }
        }

        Add(best.Earliest, best.Latest);
    }

    /// <summary>
    /// Records that a fault moved the clock by this many milliseconds, forward or back, between these two moments.
    /// </summary>
    public void Stepped(long after, long before, double milliseconds)
    {
        var (start, _, ahead) = _settings[^1];
        _settings[^1] = (start, before, ahead);
        _settings.Add((after, long.MaxValue, ahead + Clock.Ticks(milliseconds)));
    }

    /// <summary>
    /// The bounds, as far as they are known, of how far <see cref="Clock"/> is ahead of the database's clock.
    /// </summary>
    public void Add(long earliest, long latest) =>
        _offsets.Add((earliest + _settings[^1].Ahead, latest + _settings[^1].Ahead));

    /// <param name="now">The translated moment lies before this one.</param>
    /// <returns>
    /// The middle of the possible range. A step back makes the same time occur twice; then the later moment, which is
    /// the more lenient. A moment in the far future if the database's clock never showed this time.
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

    /// <summary>The far future, yet small enough that adding a limit cannot overflow.</summary>
    private const long Never = long.MaxValue / 2;

    private static long Ticks(DateTime time) => Clock.Ticks((time - DateTime.UnixEpoch).TotalMilliseconds);
}

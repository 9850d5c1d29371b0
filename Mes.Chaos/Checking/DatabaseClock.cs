using Npgsql;

namespace Mes.Chaos.Checking;

/// <summary>
/// Translates the database's wall clock into <see cref="Clock"/>. Asked at the beginning and at the end: what lies between the
/// two answers is the uncertainty, so a clock that was set meanwhile makes the check more lenient and nothing else.
/// </summary>
internal sealed class DatabaseClock
{
    private const int Attempts = 20;

    private readonly List<(long Earliest, long Latest)> _offsets = [];

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

        _offsets.Add(best);
    }

    /// <summary>The middle of what it may be.</summary>
    public long Translate(DateTime time) =>
        Ticks(time) + ((_offsets.Max(offset => offset.Latest) - _offsets.Min(offset => offset.Earliest)) / 2) + _offsets.Min(offset => offset.Earliest);

    private static long Ticks(DateTime time) => Clock.Ticks((time - DateTime.UnixEpoch).TotalMilliseconds);
}

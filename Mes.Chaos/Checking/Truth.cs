using Npgsql;

namespace Mes.Chaos.Checking;

/// <summary>The commits and their times, as the database recorded them.</summary>
internal sealed class Truth
{
    private readonly Dictionary<int, List<Commit>> _byOrder = [];

    /// <summary>The number of commits.</summary>
    public int Count { get; private set; }

    /// <param name="uncertainty">
    /// The possible error of a commit's time in either direction, in ticks of <see cref="Clock"/>.
    /// </param>
    public Truth(long uncertainty) => Uncertainty = uncertainty;

    public long Uncertainty { get; }

    public void Add(int order, Commit commit)
    {
        if (!_byOrder.TryGetValue(order, out var commits))
        {
            _byOrder[order] = commits = [];
        }

        commits.Add(commit);
        Count++;
    }

    /// <summary>The commits of an order, oldest first.</summary>
    public IReadOnlyList<Commit> Of(int order) => _byOrder.TryGetValue(order, out var commits) ? commits : [];

    public Commit? Find(int order, int version) =>
        version >= 1 && version <= Of(order).Count && Of(order)[version - 1] is var commit && commit.Version == version
            ? commit
            : null;

    /// <summary>
    /// Reads the history table. The time of a commit is the one that PostgreSQL recorded for the transaction. The row's
    /// own time is earlier, because the instance took it before it committed.
    /// </summary>
    public static async Task<Truth> ReadAsync(History history, string postgres, DatabaseClock clock)
    {
        await using var connection = new NpgsqlConnection(postgres + ";Pooling=false;Command Timeout=120");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(
            "SELECT order_id, version, to_status, pg_xact_commit_timestamp(xmin) FROM order_history ORDER BY "
                + "order_id, version", connection);
        await using var reader = await command.ExecuteReaderAsync();
        var truth = new Truth(clock.Uncertainty);
        var now = Clock.Now;
        while (await reader.ReadAsync())
        {
            truth.Add(
                history.NumberOf(reader.GetGuid(0)),
                new(reader.GetInt32(1), string.Intern(reader.GetString(2)),
                    clock.Translate(reader.GetDateTime(3), now)));
        }

        return truth;
    }

    /// <param name="At">By <see cref="Clock"/>.</param>
    internal readonly record struct Commit(int Version, string Status, long At);
}

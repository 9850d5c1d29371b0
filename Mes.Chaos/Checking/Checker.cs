using Npgsql;

namespace Mes.Chaos.Checking;

/// <summary>Decides from the recorded history, and what the database has at the end, whether the promises held.</summary>
internal static class Checker
{
    /// <returns>What was broken, each with the lines of history that show it.</returns>
    public static async Task<IReadOnlyList<string>> CheckAsync(History history, string postgres)
    {
        var truth = await ReadTruthAsync(postgres);
        var changes = history.Changes.GroupBy(change => change.Order).ToDictionary(group => group.Key, group => group.ToArray());
        List<string> violations = [];
        foreach (var (order, attempts) in changes)
        {
            CheckAcknowledged(order, attempts, truth, violations);
        }

        foreach (var reads in history.Reads.GroupBy(read => read.Order))
        {
            CheckReads(reads.Key, [.. reads], changes.GetValueOrDefault(reads.Key, []), truth, violations);
        }

        return violations;
    }

    /// <summary>G5: nothing acknowledged is lost.</summary>
    private static void CheckAcknowledged(
        Guid order, History.Change[] attempts, Dictionary<(Guid, int), string> truth, List<string> violations)
    {
        foreach (var change in attempts.Where(change => change.Version > 0))
        {
            if (!truth.TryGetValue((order, change.Version), out var status))
            {
                violations.Add($"G5 order {order}: version {change.Version} was acknowledged ({Line(change)}) and is not in the database");
            }
            else if (status != change.Status)
            {
                violations.Add($"G5 order {order}: version {change.Version} was acknowledged as {change.Status} and is {status} in the database");
            }
        }
    }

    private static void CheckReads(
        Guid order, History.Read[] reads, History.Change[] changes, Dictionary<(Guid, int), string> truth, List<string> violations)
    {
        // The newest version acknowledged before a moment: acknowledgements by time, each with the maximum so far.
        var acknowledged = changes.Where(change => change.Version > 0).OrderBy(change => change.End).ToArray();
        var ends = acknowledged.Select(change => change.End).ToArray();
        var newest = new int[acknowledged.Length];
        for (var i = 0; i < newest.Length; i++)
        {
            newest[i] = Math.Max(i == 0 ? 0 : newest[i - 1], acknowledged[i].Version);
        }

        foreach (var read in reads)
        {
            // G3, also for unverified answers: never what was not committed.
            if (read.Version > 0 && (!truth.TryGetValue((order, read.Version), out var status) || (read.Status is not null && status != read.Status)))
            {
                violations.Add($"G3 order {order}: {Line(read)} was never committed so");
                continue;
            }

            if (read.IsUnverified)
            {
                continue;
            }

            var before = Array.BinarySearch(ends, read.Start);
            before = before < 0 ? ~before - 1 : before - 1;
            if (before >= 0 && read.Version < newest[before])
            {
                var proof = acknowledged[..(before + 1)].Last(change => change.Version == newest[before]);
                violations.Add($"G1 order {order}: {Line(proof)}, then {Line(read)}");
            }
        }
    }

    private static string Line(History.Change change) =>
        $"version {change.Version} {change.Status} acknowledged by instance {change.Instance} at {change.End}";

    private static string Line(History.Read read) =>
        $"version {read.Version} {read.Status} read as {read.Path} from instance {read.Instance} [{read.CacheStatus}] between {read.Start} and {read.End}";

    private static async Task<Dictionary<(Guid, int), string>> ReadTruthAsync(string postgres)
    {
        await using var connection = new NpgsqlConnection(postgres + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand("SELECT order_id, version, to_status FROM order_history", connection);
        await using var reader = await command.ExecuteReaderAsync();
        var truth = new Dictionary<(Guid, int), string>();
        while (await reader.ReadAsync())
        {
            truth[(reader.GetGuid(0), reader.GetInt32(1))] = reader.GetString(2);
        }

        return truth;
    }
}

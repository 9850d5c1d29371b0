namespace Mes.Benchmarks.Peers;

/// <summary>
/// The numbers to reach, from what has been measured: ratios within one round, medians over the rounds.
/// </summary>
internal static class Targets
{
    private const string Service = Contender.Service;

    public static IReadOnlyList<Target> Of(PeersResults results)
    {
        double Ratio(string part, string reference, Func<Round, double> value) =>
            results.Parts.TryGetValue(part, out var found) ? found.Ratio(Service, reference, value) : double.NaN;
        double Median(string part, Func<Round, double> value) =>
            results.Parts.TryGetValue(part, out var found) ? found.Median(Service, value) : double.NaN;
        double Status(string reference) => Lowest(
            [Ratio("status-32", reference, PerSecond), Ratio("status-256", reference, PerSecond)]);

        var (board, boardRival) = AgainstBest(results, "board", _ => true);
        var (mixed, mixedRival) = AgainstBest(
            results, "mixed", rival => results.Parts["mixed"].Values(rival, round => round.Outcome.Stale).Sum() == 0);
        return
        [
            new("status hit, 32 connections, against the bare limit (a)", 1.05, true,
                Ratio("status-32", Contender.Bare, PerSecond)),
            new("status hit, 256 connections, against the bare limit (a)", 1.05, true,
                Ratio("status-256", Contender.Bare, PerSecond)),
            new("status hit, the worse of both, against (d) with its local level", 1.00, true, Status("hybrid-local")),
            new("status hit, the worse of both, against (e) with its local level", 1.00, true, Status("fusion-local")),
            new("stale answers of the service, in all parts", 0, false, Stale(results, Service)),
            new("status hit, the worse of both, against (c)", 1.3, true, Status(Contender.Database)),
            new("status hit, the worse of both, against (f)", 1.3, true, Status("output")),
            new("status hit, the worse of both, against (g)", 1.3, true, Status("aside")),
            new("status hit, the worse of both, against (d) with Redis alone", 1.3, true, Status("hybrid")),
            new("status hit, the worse of both, against (e) with Redis alone", 1.3, true, Status("fusion")),
            new("status hit, one connection: p50 against before", 1.00, false,
                Ratio("status-1", Contender.Before, round => round.Outcome.P50)),
            new("Redis commands per 1,000 reads, 32 connections", 120, false,
                Median("status-32", round => round.Costs.RedisCommands)),
            new("Redis commands per 1,000 reads, 256 connections", 30, false,
                Median("status-256", round => round.Costs.RedisCommands)),
            new("Redis commands per 1,000 reads, 32 connections, over all orders", 120, false,
                Median("status-zipf", round => round.Costs.RedisCommands)),
            new("CPU of Redis per read, 32 connections, against before", 0.4, false,
                Ratio("status-32", Contender.Before, round => round.Costs.RedisCpu)),
            new("bytes allocated per status hit", 3 * 1024, false,
                Median("status-32", round => round.Costs.Allocated / 1000)),
            new("the board under 200 changes a second, against the best contender", 10, true, board, boardRival),
            new("95/5, against the best contender without stale answers", 2, true, mixed, mixedRival),
            new("a change, p50 against the cache turned off", 1.20, false,
                Ratio("changes-1", Contender.Database, round => round.Outcome.P50)),
            new("reads that failed while Redis stood still for 2 s", 0, false,
                Median("pause", round => round.Outcome.Failed)),
            new("1 read/s beside 200 changes/s elsewhere: round trips a read", 1.05, false,
                Median("trips", round => round.Outcome.Extra)),
            new("2 ms of round trip to Redis, 32 connections: p50 against one `GET` each", 1.25, false,
                Ratio("far", Contender.Bare, round => round.Outcome.P50)),
        ];
    }

    /// <summary>Over all parts and rounds.</summary>
    /// <returns>NaN while no answer of the contender was checked.</returns>
    public static double Stale(PeersResults results, string contender)
    {
        var outcomes = results.Parts.Values.SelectMany(part => part.Rounds.GetValueOrDefault(contender, []))
            .Select(round => round.Outcome).ToArray();
        return outcomes.Sum(outcome => outcome.Checked) == 0 ? double.NaN : outcomes.Sum(outcome => outcome.Stale);
    }

    private static double PerSecond(Round round) => round.Outcome.PerSecond;

    /// <summary>NaN if any of them is.</summary>
    private static double Lowest(IEnumerable<double> ratios) => ratios.Aggregate(Math.Min);

    private static (double Ratio, string Rival) AgainstBest(
        PeersResults results, string part, Func<string, bool> counts)
    {
        if (!results.Parts.TryGetValue(part, out var found))
        {
            return (double.NaN, "");
        }

        var best = Contender.All.Where(rival => rival.IsRival && found.Rounds.ContainsKey(rival.Name))
            .Where(rival => counts(rival.Name))
            .MaxBy(rival => found.Median(rival.Name, PerSecond));
        return best is null ? (double.NaN, "") : (found.Ratio(Service, best.Name, PerSecond), best.Title);
    }
}

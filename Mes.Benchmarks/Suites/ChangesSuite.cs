namespace Mes.Benchmarks.Suites;

/// <summary>The same changes with the cache and without, in turns, each on its own database, with fsync.</summary>
internal static class ChangesSuite
{
    private const int Rounds = 6;
    private const int Orders = 200;

    public static async Task RunAsync(Bench bench)
    {
        var withCache = await PartAsync(bench, "changes_with", bench.Redis.Port);
        var without = await PartAsync(bench, "changes_without", null);
        var table = new Table("A change, with the cache and without", "clients", "with: changes/s", "p50 ms", "p99 ms",
            "without: changes/s", "p50 ms", "p99 ms", "p50 with / without");
        foreach (var clients in new[] { 1, 2, 8 })
        {
            List<Sample> ons = [], offs = [];
            var each = bench.Duration / 2;
            for (var round = 0; round < Rounds; round++)
            {
                // The two alternate, and so does which of them goes first. Other load on the machine then affects both
                // alike.
                foreach (var isOn in round % 2 == 0 ? new[] { true, false } : [false, true])
                {
                    (isOn ? ons : offs).AddRange(
                        (await Load.ClosedAsync(clients, each, (isOn ? withCache : without).ChangeAsync)).All);
                }
            }

            var (on, off) = (new Samples(ons, each * Rounds), new Samples(offs, each * Rounds));
            table.Row(clients, on.PerSecond, on.Percentile(50), on.Percentile(99), off.PerSecond, off.Percentile(50),
                off.Percentile(99), on.Percentile(50) / off.Percentile(50));
        }

        table.Print();
    }

    private static async Task<Changes> PartAsync(Bench bench, string name, int? redisPort)
    {
        var service = await bench.StartServiceAsync(name, await bench.CreateDatabaseAsync(name), redisPort);
        var caller = new Caller(service.Address);
        var changes = new Changes(caller);
        changes.Add(await caller.SubmitAsync(Orders));
        await Load.ClosedAsync(4, TimeSpan.FromSeconds(5), changes.ChangeAsync);
        return changes;
    }
}

namespace Mes.Benchmarks.Suites;

/// <summary>
/// What idempotency keys and events add to a submit: against a build from before them, in turns, each on its own
/// database, with fsync.
/// </summary>
internal static class SubmitsSuite
{
    private const int Rounds = 6;

    /// <param name="before">The assembly of the build from before idempotency keys and events.</param>
    public static async Task RunAsync(Bench bench, string before)
    {
        var without = await StartAsync(bench, "submits_before", before, hasKey: false);
        var events = await StartAsync(bench, "submits_events", bench.ServiceAssembly, hasKey: false);
        var key = await StartAsync(bench, "submits_key", bench.ServiceAssembly, hasKey: true);
        var table = new Table("A submit, before and with idempotency keys and events", "clients", "before: p50 ms",
            "with events: p50 ms", "/ before", "and a key: p50 ms", "/ before", "before: p99 ms", "and a key: p99 ms");
        foreach (var clients in new[] { 1, 2, 8 })
        {
            // The three take turns, and another goes first each time. Other load then affects all alike.
            Part[] parts = [without, events, key];
            foreach (var part in parts)
            {
                part.Samples.Clear();
            }

            var each = bench.Duration / 2;
            for (var round = 0; round < Rounds; round++)
            {
                for (var turn = 0; turn < parts.Length; turn++)
                {
                    var part = parts[(round + turn) % parts.Length];
                    part.Samples.AddRange((await Load.ClosedAsync(clients, each, part.Submit)).All);
                }
            }

            var (old, told, keyed) = (without.Of(each * Rounds), events.Of(each * Rounds), key.Of(each * Rounds));
            table.Row(
                clients,
                old.Percentile(50),
                told.Percentile(50),
                told.Percentile(50) / old.Percentile(50),
                keyed.Percentile(50),
                keyed.Percentile(50) / old.Percentile(50),
                old.Percentile(99),
                keyed.Percentile(99));
        }

        table.Print();
    }

    private static async Task<Part> StartAsync(Bench bench, string name, string assembly, bool hasKey)
    {
        var redis = await bench.StartRedisAsync(name);
        var service = await bench.StartServiceAsync(name, assembly, await bench.CreateDatabaseAsync(name), redis.Port);
        var caller = new Caller(service.Address);
        var part = new Part(() => caller.SubmitAsync(hasKey), []);
        await Load.ClosedAsync(4, TimeSpan.FromSeconds(5), part.Submit);
        return part;
    }

    private sealed record Part(Func<Task<Sample>> Submit, List<Sample> Samples)
    {
        public Samples Of(TimeSpan duration) => new(Samples, duration);
    }
}

using Mes.Chaos.Workload;

namespace Mes.Benchmarks.Suites;

/// <summary>
/// How long one seller's polls take while another seller sends as much as it can: without the flood, with the callers'
/// usual shares, with shares too large to limit anything, and with a rate limit that the flood exceeds.
/// </summary>
internal static class FairnessSuite
{
    private const string OtherSeller = "mes_test_seller-beta_demo";
    private const int Connections = 256;

    private static readonly (string Name, string Path)[] Floods =
    [
        ("lists of 100 orders", "orders?limit=100"),
        ("polls of one order", "orders/{id}/status"),
        ("ids that do not exist", "orders/01980000-0000-7000-8000-000000000000/status"),
    ];

    public static async Task RunAsync(Bench bench)
    {
        var database = await bench.CreateDatabaseAsync("fairness");
        var shared = await bench.StartServiceAsync("shares", database, bench.Redis.Port);
        await SampleDatabase.FillAsync(database, bench.Sizes[0], countReads: false);
        await bench.Redis.CommandAsync("FLUSHALL"); // Removes what instances built while the database was empty.
        var unlimited = await bench.StartServiceAsync(
            "no-shares", database, bench.Redis.Port, ("Mes__Fairness__PermitsPerProcessor", "10000"),
                ("Mes__Fairness__MaxWaiting", "1000000"));
        var limited = await bench.StartServiceAsync(
            "limits", database, bench.Redis.Port, ("Mes__RateLimits__Enabled", "true"),
                ("Mes__RateLimits__Seller__Permits", "6000"));
        var table = new Table(
            $"A seller's poll while another seller floods on {Connections} connections", "flood", "shares", "polls",
                "failed", "p50 ms", "p99 ms", "times the quiet p50", "flood/s", "flood refused");
        foreach (var (service, name) in new[] { (shared, "yes"), (unlimited, "no"), (limited, "and limits") })
        {
            using var poller = new Caller(service.Address);
            using var flooder = new Caller(service.Address);
            var own = (await poller.SubmitAsync(1))[0];
            var others = (await flooder.GetJsonAsync("orders?limit=1", OtherSeller))
                .GetProperty("items")[0].GetProperty("id").GetString()!;
            await poller.UntilHitAsync($"orders/{own}/status", Connection.Seller);
            await flooder.UntilHitAsync(Floods[0].Path, OtherSeller);
            await PollAsync(bench.Duration);
            var quiet = await PollAsync(bench.Duration);
            table.Row("none", name, quiet.Count, quiet.Failures, quiet.Percentile(50), quiet.Percentile(99), 1.0, 0, 0);
            foreach (var (what, path) in Floods)
            {
                var flood = Load.ClosedAsync(Connections, bench.Duration * 2, () =>
                    flooder.GetAsync(path.Replace("{id}", others, StringComparison.Ordinal), OtherSeller));
                await Task.Delay(bench.Duration / 2);
                var polls = await PollAsync(bench.Duration);
                var sent = await flood;
                table.Row(
                    what, name, polls.Count, polls.Failures, polls.Percentile(50), polls.Percentile(99),
                        polls.Percentile(50) / quiet.Percentile(50),
                    sent.Count / (bench.Duration.TotalSeconds * 2), sent.All.Count(sample => sample.Status == 429));
            }

            Task<Samples> PollAsync(TimeSpan duration) =>
                Load.OpenAsync(50, duration, () => poller.GetAsync($"orders/{own}/status", Connection.Seller));
        }

        table.Print();
    }
}

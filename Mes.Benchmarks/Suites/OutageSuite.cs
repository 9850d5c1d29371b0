using Mes.Chaos.Checking;
using Mes.Chaos.Cluster;
using Mes.Chaos.Workload;
using Npgsql;

namespace Mes.Benchmarks.Suites;

/// <summary>
/// Two instances at about a third of what the machine can do. Measures what callers notice while Redis is away, after
/// it has come back, while one instance is cut off from it, and when an instance dies between commit and put. For
/// comparison, an instance runs with its cache turned off.
/// </summary>
internal static class OutageSuite
{
    private const int Orders = 200;
    private const double ChangesPerSecond = 20;
    private const int Crashes = 5;
    private const double Share = 0.3;

    /// <summary>How long the start of an outage lasts.</summary>
    private const double StartMilliseconds = 3000;

    public static async Task RunAsync(Bench bench)
    {
        var database = await bench.CreateDatabaseAsync("outage");
        using var firstProxy = new TcpProxy(bench.Redis.Port);
        using var secondProxy = new TcpProxy(bench.Redis.Port);
        var first = await bench.StartServiceAsync("first", database, firstProxy.Port);
        var second = await bench.StartServiceAsync("second", database, secondProxy.Port);
        var plain = await bench.StartServiceAsync("plain", await bench.CreateDatabaseAsync("plain"), redisPort: null);
        using var firstCaller = new Caller(first.Address);
        using var secondCaller = new Caller(second.Address);
        using var plainCaller = new Caller(plain.Address);
        var parts = await Task.WhenAll(PartAsync([firstCaller, secondCaller]), PartAsync([plainCaller]));
        var (cached, off) = (parts[0], parts[1]);

        await Load.ClosedAsync(4, TimeSpan.FromSeconds(5), off.ReadAsync);
        var rate = Share * (await Load.ClosedAsync(4, bench.Duration, off.ReadAsync)).PerSecond;
        await Load.OpenAsync(rate, TimeSpan.FromSeconds(5), cached.ReadAsync);

        var table = new Table($"Reads at {rate:0}/s, changes at {ChangesPerSecond:0}/s", "when", "reads", "failed",
            "hits %", "p50 ms", "p99 ms", "p99.9 ms", "longest");
        Row(table, "the cache turned off", (await off.RunAsync(rate, bench.Duration * 2)).Reads);
        Row(table, "with the cache", (await cached.RunAsync(rate, bench.Duration)).Reads);

        var changes = new Table("Changes meanwhile", "when", "changes", "failed", "p50 ms", "p99 ms", "longest");
        var running = cached.RunAsync(rate, bench.Duration * 3);
        await Task.Delay(bench.Duration / 2);
        var killed = Clock.Now;
        await bench.Redis.KillAsync();
        await Task.Delay(bench.Duration * 1.5);
        await bench.Redis.StartAsync();
        var back = Clock.Now;
        var healed = await Task.WhenAll(
            UntilHitAsync(firstCaller, cached.Orders[0]), UntilHitAsync(secondCaller, cached.Orders[0]));
        var (reads, changed) = await running;
        Row(table, "Redis is away", Between(reads, killed, back));
        ChangeRow(changes, "before", Between(changed, 0, killed));
        ChangeRow(
            changes, "the first 3 s without Redis", Between(changed, killed, killed + Clock.Ticks(StartMilliseconds)));
        ChangeRow(changes, "later without Redis", Between(changed, killed + Clock.Ticks(StartMilliseconds), back));
        Row(table, "after Redis came back", Between(reads, back, long.MaxValue));

        await CutOffAsync(bench, rate, firstProxy, firstCaller, secondCaller, cached.Orders, table, changes);

        var single = new Table("Single figures", "what", "milliseconds");
        single.Row("until hits on both instances, after Redis came back", healed.Max());
        for (var i = 0; i < Crashes; i++)
        {
            single.Row("from the commit of an instance that then died, until the change showed on the other",
                await CrashAsync(database, first, firstProxy, firstCaller, secondCaller));
        }

        foreach (var complete in new[] { table, changes, single })
        {
            complete.Print();
        }
    }

    private static async Task CutOffAsync(
        Bench bench, double rate, TcpProxy proxy, Caller cut, Caller other, IReadOnlyList<Guid> orders, Table table,
            Table changes)
    {
        var ofCut = await PartAsync([cut]);
        var before = await ofCut.RunAsync(rate / 2, bench.Duration);
        ChangeRow(changes, "of one instance, before it is cut off", before.Changes);
        proxy.Cut();
        await Task.Delay(TimeSpan.FromSeconds(1));
        var others = Load.OpenAsync(rate / 2, bench.Duration, () =>
            other.GetAsync($"orders/{orders[Random.Shared.Next(orders.Count)]}/status", Connection.Seller));
        var during = await ofCut.RunAsync(rate / 2, bench.Duration);
        Row(table, "one instance is cut off: the other", await others);
        Row(table, "one instance is cut off: itself", during.Reads);
        ChangeRow(changes, "of the same instance, cut off", during.Changes);
        proxy.Heal();
        await UntilHitAsync(cut, orders[0]);
    }

    /// <summary>
    /// An instance commits a change, cannot put it, and is killed. Measures how long until the other instance shows the
    /// change.
    /// </summary>
    private static async Task<double> CrashAsync(
        string database, Service dying, TcpProxy proxy, Caller caller, Caller other)
    {
        var order = (await caller.SubmitAsync(1))[0];
        await UntilHitAsync(other, order);
        await using var connection = new NpgsqlConnection(database + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand($"SELECT version FROM orders WHERE id = '{order}'", connection);
        proxy.Delay(requests: 60_000, answers: 0);
        var change = caller.ChangeAsync(order, "SUBMITTED");
        while ((int)(await command.ExecuteScalarAsync())! == 1)
        {
            // Polls the database without a pause, to notice the commit as soon as possible.
        }

        var committed = Clock.Now;
        await dying.KillAsync();
        await change;
        while ((await other.GetJsonAsync($"orders/{order}/status", Connection.Seller)).GetProperty("version")
            .GetInt32() == 1)
        {
            await Task.Delay(5);
        }

        var took = Clock.Milliseconds(committed, Clock.Now);
        proxy.Delay(0, 0);
        await dying.StartAsync();
        await UntilHitAsync(caller, order);
        return took;
    }

    private static async Task<Part> PartAsync(IReadOnlyList<Caller> callers)
    {
        var changes = new Changes(callers[0]);
        changes.Add(await callers[0].SubmitAsync(Orders));
        return new Part(callers, await callers[0].SubmitAsync(Orders), changes);
    }

    private static Task<double> UntilHitAsync(Caller caller, Guid order) =>
        caller.UntilHitAsync($"orders/{order}/status", Connection.Seller);

    private static Samples Between(Samples samples, long from, long to)
    {
        var chosen = samples.All.Where(sample => sample.Start >= from && sample.Start < to).ToArray();
        return new Samples(chosen, TimeSpan.FromSeconds(1));
    }

    private static void Row(Table table, string when, Samples reads) => table.Row(
        when, reads.Count, reads.Failures, reads.HitPercent, reads.Percentile(50), reads.Percentile(99),
            reads.Percentile(99.9), reads.Percentile(100));

    private static void ChangeRow(Table table, string when, Samples changes) => table.Row(
        when, changes.Count, changes.Failures, changes.Percentile(50), changes.Percentile(99), changes.Percentile(100));

    /// <summary>Reads and changes orders through these instances.</summary>
    private sealed class Part(IReadOnlyList<Caller> callers, IReadOnlyList<Guid> orders, Changes changes)
    {

        public IReadOnlyList<Guid> Orders => orders;

        public Task<Sample> ReadAsync() => callers[Random.Shared.Next(callers.Count)].GetAsync(
            $"orders/{orders[Random.Shared.Next(orders.Count)]}/status", Connection.Seller);

        public async Task<(Samples Reads, Samples Changes)> RunAsync(double readsPerSecond, TimeSpan duration)
        {
            var changing = Load.OpenAsync(ChangesPerSecond, duration, changes.ChangeAsync);
            return (await Load.OpenAsync(readsPerSecond, duration, ReadAsync), await changing);
        }
    }
}

using Mes.Chaos.Workload;

namespace Mes.Benchmarks.Suites;

/// <summary>
/// The board, columns and lists at several sizes of the database, quiet and with 200 changes a second. Each request
/// also goes to an instance without a cache, which has only EF Core and PostgreSQL.
/// </summary>
internal static class ListsSuite
{
    private const int Clients = 4;
    private const double ChangesPerSecond = 200;

    private static readonly (string Name, string Path, string Key)[] Requests =
    [
        ("GET /board", "board", Connection.Operator),
        ("a column page", "board/MANUFACTURING_APPROVED?limit=50", Connection.Operator),
        ("a large seller's list", "orders?limit=50", Connection.Seller),
        ("a small seller's list", "orders?limit=50&sellerId=small-7", Connection.Service),
    ];

    public static async Task RunAsync(Bench bench)
    {
        foreach (var size in bench.Sizes)
        {
            await RunAsync(bench, size);
        }
    }

    private static async Task RunAsync(Bench bench, int size)
    {
        var database = await bench.CreateDatabaseAsync($"lists{size}");
        await bench.Redis.CommandAsync("FLUSHALL");
        var memoryBefore = await RedisTimes.MemoryAsync(bench.Redis);
        var cached = await bench.StartServiceAsync($"cached-{size}", database, bench.Redis.Port);
        await SampleDatabase.FillAsync(database, size);
        await bench.Redis.CommandAsync("FLUSHALL"); // Removes what instances built while the database was empty.
        using var caller = new Caller(cached.Address);

        var table = new Table($"{size:#,0} orders: building", "what", "milliseconds until it is a hit");
        foreach (var (name, path, key) in Requests)
        {
            table.Row(name, await caller.UntilHitAsync(path, key));
        }

        table.Print();

        await MemoryAsync(bench, size, memoryBefore);
        var plain = await bench.StartServiceAsync($"plain-{size}", database, redisPort: null);
        using var plainCaller = new Caller(plain.Address);
        await CompareAsync(bench, size, database, caller, plainCaller);
        await RebuildAsync(bench, size, caller);
        await plain.DisposeAsync();
        await cached.DisposeAsync();
    }

    private static async Task CompareAsync(Bench bench, int size, string database, Caller cached, Caller plain)
    {
        var changes = new Changes(cached);
        await changes.FindAsync(100, "SUBMITTED", "MANUFACTURING_APPROVED");
        var (board, boardPath, boardKey) = Requests[0];
        var (first, firstDone) = await WithChangesAsync(
            true, changes, () => Load.ClosedAsync(Clients, bench.Duration, () => cached.GetAsync(boardPath, boardKey)));
        new Table($"{size:#,0} orders: the first changes that the instance makes", "request", "changes/s", "hits %",
            "otherwise", "p50 ms", "p99 ms")
            .Row(board, firstDone, first.HitPercent, first.Otherwise, first.Percentile(50), first.Percentile(99))
            .Print();

        await Load.ClosedAsync(Clients, TimeSpan.FromSeconds(8),
            changes.ChangeAsync); // Warms up, so that no measurement includes compilation.
        var table = new Table(
            $"{size:#,0} orders: requests of {Clients} clients",
            "request", "changes/s", "hits %", "otherwise", "reads of the database per 1,000", "cached/s", "p50 ms",
                "p99 ms", "database/s", "p50 ms", "p99 ms", "times as fast", "script µs");
        foreach (var isBusy in new[] { false, true })
        {
            foreach (var (name, path, key) in Requests)
            {
                // The two take turns, so that neither competes with the other for the machine.
                await Load.ClosedAsync(Clients, TimeSpan.FromSeconds(1), () => cached.GetAsync(path, key));
                await Load.ClosedAsync(Clients, TimeSpan.FromSeconds(1), () => plain.GetAsync(path, key));
                await SampleDatabase.ReadsAsync(database);
                await RedisTimes.ResetAsync(bench.Redis);
                var (hits, done) = await WithChangesAsync(
                    isBusy, changes, () => Load.ClosedAsync(Clients, bench.Duration, () => cached.GetAsync(path, key)));
                var script = isBusy ? double.NaN : (await RedisTimes.ScriptsAsync(bench.Redis)).Microseconds;
                var reads = await SampleDatabase.ReadsAsync(database);
                var (slow, _) = await WithChangesAsync(
                    isBusy, changes, () => Load.ClosedAsync(Clients, bench.Duration, () => plain.GetAsync(path, key)));
                table.Row(
                    name, done, hits.HitPercent, hits.Otherwise, 1000.0 * reads / hits.Count,
                    hits.PerSecond, hits.Percentile(50), hits.Percentile(99),
                    slow.PerSecond, slow.Percentile(50), slow.Percentile(99),
                    hits.PerSecond / slow.PerSecond, script);
            }
        }

        table.Print();

        await RedisTimes.ResetAsync(bench.Redis);
        var alone = await Load.OpenAsync(ChangesPerSecond, bench.Duration, changes.ChangeAsync);
        var (calls, microseconds) = await RedisTimes.ScriptsAsync(bench.Redis);
        new Table(
            $"{size:#,0} orders: changes alone", "changes/s", "p50 ms", "p99 ms", "scripts per change", "script µs")
            .Row(alone.PerSecond, alone.Percentile(50), alone.Percentile(99), (double)calls / alone.Count, microseconds)
            .Print();
    }

    private static async Task<(Samples Samples, double ChangesPerSecond)> WithChangesAsync(
        bool isBusy, Changes changes, Func<Task<Samples>> measure)
    {
        if (!isBusy)
        {
            return (await measure(), 0);
        }

        using var stop = new CancellationTokenSource();
        var changing = Load.OpenAsync(ChangesPerSecond, TimeSpan.FromMinutes(10), changes.ChangeAsync, stop.Token);
        var samples = await measure();
        await stop.CancelAsync();
        return (samples, (await changing).PerSecond);
    }

    /// <summary>Rebuilds the board under a load of a third of the board's own throughput.</summary>
    private static async Task RebuildAsync(Bench bench, int size, Caller cached)
    {
        var order = await cached.SubmitAsync(100);
        var most = await Load.ClosedAsync(
            Clients, TimeSpan.FromSeconds(3), () => cached.GetAsync($"orders/{order[0]}/status", Connection.Seller));
        var rate = most.PerSecond * 0.3;
        Task<Sample> ReadAsync() =>
            cached.GetAsync($"orders/{order[Random.Shared.Next(order.Count)]}/status", Connection.Seller);
        var quiet = await Load.OpenAsync(rate, bench.Duration, ReadAsync);
        await bench.Redis.CommandAsync(
            "EVAL", "for _, key in ipairs(redis.call('KEYS', 'mes:*:b:')) do redis.call('UNLINK', key) end", 0);

        using var stop = new CancellationTokenSource();
        var reading = Load.OpenAsync(rate, TimeSpan.FromMinutes(5), ReadAsync, stop.Token);
        var took = await cached.UntilHitAsync("board?limit=1", Connection.Operator);
        await stop.CancelAsync();
        var during = await reading;
        new Table($"{size:#,0} orders: rebuilding the board under load", "reads/s", "milliseconds", "quiet p50",
            "quiet p99", "p50 meanwhile", "p99 meanwhile", "failures")
            .Row(rate, took, quiet.Percentile(50), quiet.Percentile(99), during.Percentile(50), during.Percentile(99),
                during.Failures)
            .Print();
    }

    /// <summary>The memory of an active order: its entry and its place in each index.</summary>
    private static async Task MemoryAsync(Bench bench, int size, long before)
    {
        const string Script = """
            local kinds = { o = {0, 0}, b = {0, 0}, su = {0, 0}, sc = {0, 0}, ss = {0, 0} }
            local cursor = '0'
            repeat
              local page = redis.call('SCAN', cursor, 'MATCH', 'mes:*', 'COUNT', 1000)
              cursor = page[1]
              for _, key in ipairs(page[2]) do
                local kind = string.match(key, '^mes:{%d+}:%d+:(%a+):')
                local sum = kinds[kind]
                if sum then
                  sum[1] = sum[1] + (kind == 'o' and 1 or redis.call('ZCARD', key) - 1)
                  sum[2] = sum[2] + redis.call('MEMORY', 'USAGE', key, 'SAMPLES', kind == 'o' and 5 or 500)
                end
              end
            until cursor == '0'
            local answer = {}
            for _, kind in ipairs({ 'o', 'b', 'su', 'sc', 'ss' }) do
              answer[#answer + 1] = kinds[kind][1]
              answer[#answer + 1] = kinds[kind][2]
            end
            return answer
            """;
        var sums = (long[])(await bench.Redis.CommandAsync("EVAL", Script, 0))!;
        var names = new[] { "entry with its key and payload", "the board", "seller's, by change",
            "seller's, by creation", "seller's, by status and change" };
        var table = new Table($"{size:#,0} orders: memory in Redis", "what", "orders in it", "bytes for each");
        var total = 0.0;
        for (var i = 0; i < names.Length; i++)
        {
            var each = sums[2 * i] == 0 ? 0 : (double)sums[(2 * i) + 1] / sums[2 * i];
            total += each;
            table.Row(names[i], sums[2 * i], each);
        }

        table.Row("an active order altogether", "", total);
        table.Row(
            "everything, by `used_memory_dataset`", "", (double)(await RedisTimes.MemoryAsync(bench.Redis) - before));
        table.Print();
    }
}

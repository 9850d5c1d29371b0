using Mes.Chaos.Cluster;
using Mes.Chaos.Workload;

namespace Mes.Benchmarks.Suites;

/// <summary>
/// The run time, as Redis reports it, of the board's script and of a put, at several sizes of the database. Each size
/// has its own database, Redis and instance. They take turns, one request at a time, on an otherwise idle machine.
/// Instances keep no local copies, so each board runs the whole script.
/// </summary>
internal static class ScriptsSuite
{
    private const int Rounds = 15;
    private const int Boards = 200;
    private const int Puts = 200;

    public static async Task RunAsync(Bench bench)
    {
        List<Part> parts = [];
        foreach (var size in bench.Sizes)
        {
            parts.Add(await PartAsync(bench, size));
        }

        for (var round = 0; round < Rounds; round++)
        {
            foreach (var part in round % 2 == 0 ? parts : Enumerable.Reverse(parts))
            {
                await part.MeasureAsync(isCounted: round > 0); // The first round warms up.
            }
        }

        var table = new Table($"Redis' own time for one script, medians of {Rounds - 1} rounds", "orders",
            "GET /board µs", "to the first", "put µs", "to the first");
        foreach (var part in parts)
        {
            table.Row(part.Size, part.Board, part.Board / parts[0].Board, part.Put, part.Put / parts[0].Put);
        }

        table.Print();
    }

    private static async Task<Part> PartAsync(Bench bench, int size)
    {
        var database = await bench.CreateDatabaseAsync($"scripts{size}");
        var redis = await bench.StartRedisAsync($"redis-{size}");
        var service = await bench.StartServiceAsync(
            $"scripts-{size}", database, redis.Port, ("Mes__Cache__MaxCopyBytes", "0"));
        await SampleDatabase.FillAsync(database, size);
        await redis.CommandAsync("FLUSHALL"); // Removes what instances built while the database was empty.
        var caller = new Caller(service.Address);

        // Makes a put of this seller's order write to all four indexes.
        await caller.UntilHitAsync("board", Connection.Operator);
        await caller.UntilHitAsync("orders", Connection.Seller);
        var changes = new Changes(caller);
        changes.Add(await caller.SubmitAsync(50));
        return new Part(size, redis, caller, changes);
    }

    private sealed class Part(int size, RedisServer redis, Caller caller, Changes changes)
    {
        private readonly List<double> _boards = [], _puts = [];

        public int Size => size;

        public double Board => Median(_boards);

        public double Put => Median(_puts);

        public async Task MeasureAsync(bool isCounted)
        {
            foreach (var (requests, request, times) in new[]
            {
                (Boards, () => caller.GetAsync("board", Connection.Operator), _boards),
                (Puts, (Func<Task<Sample>>)changes.ChangeAsync, _puts),
            })
            {
                await RedisTimes.ResetAsync(redis);
                for (var i = 0; i < requests; i++)
                {
                    await request();
                }

                if (isCounted)
                {
                    times.Add((await RedisTimes.ScriptsAsync(redis)).Microseconds);
                }
            }
        }

        private static double Median(List<double> times) => times.Order().ElementAt(times.Count / 2);
    }
}

using System.Globalization;
using Mes.Chaos.Checking;
using Mes.Chaos.Cluster;
using Mes.Chaos.Nemesis;
using Mes.Chaos.Workload;

namespace Mes.Chaos;

/// <summary>One run: start everything, let clients and nemesis loose, stop, check, report.</summary>
internal static class Run
{
    private const int Readers = 6;
    private const int Writers = 4;
    private const int MostViolationsShown = 10;

    public static async Task<int> ExecuteAsync(Options options)
    {
        var unknown = options.Faults.Except(Faults.All.Keys).ToArray();
        if (unknown.Length > 0)
        {
            await Console.Error.WriteLineAsync($"No such fault: {string.Join(", ", unknown)}. There are: {string.Join(", ", Faults.All.Keys)}");
            return 2;
        }

        Directory.CreateDirectory(options.WorkDirectory);
        await using var postgres = new PostgresServer(Path.Combine(options.WorkDirectory, "postgres"));
        await postgres.InitializeAsync();
        await using var first = new RedisServer(options.WorkDirectory, "redis-a");
        await using var second = new RedisServer(options.WorkDirectory, "redis-b");
        await first.StartAsync();

        List<Instance> instances = [];
        try
        {
            for (var i = 1; i <= options.Instances; i++)
            {
                var instance = new Instance(i, options, postgres.ConnectionString, new TcpProxy(first.Port));
                instances.Add(instance);
                instance.Start();
            }

            await Task.WhenAll(instances.Select(instance => instance.WaitUntilReadyAsync()));
            var history = new History();
            var context = new FaultContext(instances, postgres, first, second, new Random(options.Seed));
            await DriveAsync(options, context, history);
            var violations = await Checker.CheckAsync(history, postgres.ConnectionString);
            return Report(history, violations);
        }
        finally
        {
            foreach (var instance in instances)
            {
                await instance.DisposeAsync();
            }
        }
    }

    private static async Task DriveAsync(Options options, FaultContext context, History history)
    {
        var orders = new OrderPool();
        using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(options.Seconds));
        var clients = Enumerable.Range(0, Readers + Writers)
            .Select(n => (n, Client: new Client(n, context.Instances, orders, history, options.Seed * 1000 + n)))
            .Select(c => Task.Run(() => c.n < Readers ? c.Client.ReadAsync(stop.Token) : c.Client.WriteAsync(stop.Token)))
            .ToArray();

        var healing = new Healing(context.Instances, orders);
        var kinds = Faults.All.Keys.Where(kind => options.Faults.Count == 0 || options.Faults.Contains(kind)).ToArray();
        await Task.Delay(1000);
        for (var queue = new Queue<string>(); !stop.IsCancellationRequested;)
        {
            if (queue.Count == 0)
            {
                // Every kind once a round, in another order each time.
                foreach (var kind in kinds.OrderBy(_ => context.Random.Next()))
                {
                    queue.Enqueue(kind);
                }
            }

            var next = queue.Dequeue();
            var start = History.Now;
            await Faults.All[next](context);
            var end = History.Now;
            var heal = await healing.MeasureAsync();
            history.Faults.Enqueue(new(next, start, end, heal));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{next,-18} {History.Milliseconds(start, end),6:0} ms, hits again after {heal,5:0} ms"));
            await context.PauseAsync(100, 600);
        }

        await Task.WhenAll(clients);
    }

    private static int Report(History history, IReadOnlyList<string> violations)
    {
        var reads = history.Reads.ToArray();
        var faults = history.Faults.ToArray();
        var acknowledged = history.Changes.Count(change => change.Version > 0);
        var near = reads.Count(read => faults.Any(fault => read.Start >= fault.Start && History.Milliseconds(fault.End, read.Start) <= 2000));
        Console.WriteLine();
        Console.WriteLine($"reads checked          {reads.Length} ({reads.Count(read => read.IsHit)} hits, {reads.Count(read => read.IsUnverified)} unverified, {near} within 2 s of a fault)");
        foreach (var path in reads.GroupBy(read => read.Path).OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            Console.WriteLine($"  {path.Key,-20} {path.Count()}");
        }

        Console.WriteLine($"changes acknowledged   {acknowledged} ({history.Changes.Count - acknowledged} refused or with unknown outcome)");
        Console.WriteLine($"faults                 {faults.Length}");
        foreach (var kind in faults.GroupBy(fault => fault.Kind).OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {kind.Key,-20} {kind.Count()}, longest until hits again {kind.Max(fault => fault.HealMilliseconds):0} ms"));
        }

        Console.WriteLine($"violations             {violations.Count}");
        foreach (var violation in violations.Take(MostViolationsShown))
        {
            Console.WriteLine($"  {violation}");
        }

        return violations.Count == 0 && reads.Length > 0 && acknowledged > 0 ? 0 : 1;
    }
}

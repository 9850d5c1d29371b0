using System.Globalization;
using Mes.Chaos.Checking;
using Mes.Chaos.Cluster;
using Mes.Chaos.Mutations;
using Mes.Chaos.Nemesis;
using Mes.Chaos.Workload;

namespace Mes.Chaos;

/// <summary>One run: starts everything, lets clients and faults work, stops, checks and reports.</summary>
internal static class Run
{
    // Exit codes. An unhandled exception ends the program with another one.
    private const int AsExpected = 0;
    private const int NotAsExpected = 1;
    private const int Misused = 2;
    private const int Undecided = 3;

    public static async Task<int> ExecuteAsync(Options options, CancellationToken brokenOff)
    {
        var possible = Faults.All.Where(kind => IsPossible(kind, options)).ToArray();
        var unknown = options.Faults.Where(name => !possible.Any(kind => kind.IsMeantBy(name))).ToArray();
        if (unknown.Length > 0 || options.Instances is < 1 or > 9)
        {
            await Console.Error.WriteLineAsync(
                $"1 to 9 instances; faults here: {string.Join(", ", possible.Select(kind => kind.Name))}. Not one of them: {string.Join(", ", unknown)}");
            return Misused;
        }

        FaultKind[] kinds = [
            .. possible.Where(kind => options.Faults.Count == 0 || options.Faults.Any(kind.IsMeantBy))];
        Directory.CreateDirectory(options.WorkDirectory);
        await using var postgres = new PostgresServer(
            Path.Combine(options.WorkDirectory, "postgres"),
            "track_commit_timestamp=on", // The checker needs the time of each commit.
            "fsync=off") // Faults kill processes here, not machines.
        {
            Clock = kinds.Any(kind => kind.Needs == Needs.FakeClock)
                ? new FakeClock(options.FakeTime!, Path.Combine(options.WorkDirectory, "clock"))
                : null,
        };
        postgres.Clock?.Step(0);
        await postgres.InitializeAsync();
        await postgres.ExecuteAsync("postgres", $"CREATE DATABASE {DatabaseFaults.Database}");
        var database = postgres.ConnectionStringOf(DatabaseFaults.Database);
        await using var first = new RedisServer(options.WorkDirectory, "redis-a");
        await using var second = new RedisServer(options.WorkDirectory, "redis-b");
        await using var cluster = options.IsCluster ? await RedisCluster.StartAsync(options.WorkDirectory) : null;
        if (cluster is null)
        {
            await first.StartAsync();
        }

        List<Instance> instances = [];
        try
        {
            for (byte i = 1; i <= options.Instances; i++)
            {
                var proxy = cluster is null ? new TcpProxy(first.Port) : null;
                var instance = cluster is null
                    ? new Instance(i, options, database, $"127.0.0.1:{proxy!.Port}", proxy)
                    : new Instance(i, options, database, cluster.ConnectionString, null,
                        ("Mes__Cache__Cells", ClusterFaults.Cells.ToString(CultureInfo.InvariantCulture)));
                instances.Add(instance);
                instance.Start();
            }

            await Task.WhenAll(instances.Select(instance => instance.WaitUntilReadyAsync()));
            var history = new History();
            var terms = new Terms(options.VisibleWithin, options.HitsWithin);
            var clock = new DatabaseClock();
            await clock.AskAsync(postgres.ConnectionString);
            var context = new FaultContext(options, history, clock, instances, postgres, first, second, cluster);
            await using var pages = BoardPages.Start(instances, options.Seed);
            using var receiver = new WebhookReceiver(history);
            var receiving = receiver.RunAsync();
            await receiver.RegisterAsync(instances[0]);
            using var followed = new CancellationTokenSource();
            var follower = new FeedFollower(instances, history, history.NewClient(), new Random(options.Seed));
            var following = Task.Run(() => follower.RunAsync(followed.Token), CancellationToken.None);
            await DriveAsync(options, terms, context, kinds, history, brokenOff);
            await Arrival.WaitAsync(database, follower);
            await followed.CancelAsync();
            await following;
            receiver.Dispose();
            await receiving;
            await clock.AskAsync(postgres.ConnectionString);
            var truth = await Truth.ReadAsync(history, database, clock);
            IReadOnlyList<string> violations =
                [.. Checker.Check(history, truth, terms), .. await pages.CompareAsync(database, terms)];
            var acknowledged = history.Changes.Count(change => change.Version > 0);
            await Console.Out.WriteLineAsync(Report.Write(history, violations, truth));
            var isBroken = options.Without is { } mutation
                ? await IsFoundAsync(mutation, violations)
                : violations.Count > 0;
            var isDecided = isBroken || (acknowledged > 0 && !brokenOff.IsCancellationRequested);
            return !isDecided ? Undecided : isBroken == (options.Without is not null) ? AsExpected : NotAsExpected;
        }
        finally
        {
            foreach (var instance in instances)
            {
                await instance.DisposeAsync();
            }
        }
    }

    /// <summary>
    /// Whether the run found what the mutation breaks. Another broken promise does not count, because a busy machine
    /// may be its only cause.
    /// </summary>
    private static async Task<bool> IsFoundAsync(Mutation mutation, IReadOnlyList<string> violations)
    {
        var isFound = violations.Any(violation => violation.StartsWith(mutation.Found!, StringComparison.Ordinal));
        await Console.Out.WriteLineAsync(isFound
            ? $"found: without {mutation.Name}, {mutation.Found} is broken"
            : $"not found: the run did not notice that {mutation.Name} is missing. {mutation.Summary}");
        return isFound;
    }

    private static bool IsPossible(FaultKind kind, Options options) =>
        kind.On.HasFlag(options.IsCluster ? Topology.Cluster : Topology.Single)
        && kind.Needs switch
        {
            Needs.OtherVersion => options.OtherService is not null,
            Needs.FakeClock => options.FakeTime is not null,
            _ => true,
        };

    private static async Task DriveAsync(Options options, Terms terms, FaultContext context,
        IReadOnlyList<FaultKind> kinds, History history, CancellationToken brokenOff)
    {
        var orders = new OrderPool();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(brokenOff);
        stop.CancelAfter(TimeSpan.FromSeconds(options.Seconds));
        var seeds = new Random(options.Seed);
        List<Task> tasks = [StallWatch.RunAsync(history, stop.Token)];
        for (var i = 0; i < options.Readers + options.Writers; i++)
        {
            var (log, random) = (history.NewClient(), new Random(seeds.Next()));
            Func<Task> client = i < options.Readers
                ? () => new Reader(context.Instances, orders, history, log, random).RunAsync(stop.Token)
                : () => new Writer(context.Instances, orders, history, log, random, context.HangUps, terms)
                    .RunAsync(stop.Token);
            tasks.Add(Task.Run(client));
        }

        var healing = new Healing(context.Instances, orders, terms);
        await Task.Delay(1000);
        for (var queue = new Queue<FaultKind>(); !stop.IsCancellationRequested;)
        {
            if (queue.Count == 0)
            {
                // Every kind occurs once a round, in a different order each time.
                foreach (var kind in kinds.OrderBy(_ => context.Random.Next()))
                {
                    queue.Enqueue(kind);
                }
            }

            var next = queue.Dequeue();
            context.Chosen = null;
            var start = Clock.Now;
            await next.InjectAsync(context);
            var end = Clock.Now;
            var heal = await healing.MeasureAsync();
            history.Faults.Enqueue(
                new(next.Name, next.Reach, context.Chosen?.Number ?? 0, start, end, heal.Orders, heal.Lists));
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                    $"{next.Name,-24} {Clock.Milliseconds(start, end),6:0} ms, hits again after {heal.Orders,5:0} ms, of board and lists after {heal.Lists,5:0} ms"));
            await context.PauseAsync(200, 1200);
        }

        await Task.WhenAll(tasks);
    }
}

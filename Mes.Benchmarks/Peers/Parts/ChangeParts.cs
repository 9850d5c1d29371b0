using System.Collections.Concurrent;
using Mes.Chaos.Checking;

namespace Mes.Benchmarks.Peers.Parts;

/// <summary>Changes alone, among reads, and read through another instance.</summary>
internal static class ChangeParts
{
    private const double ShareOfChanges = 0.05;

    public static Part Alone(int connections) => new(
        $"changes-{connections}",
        $"Changes alone, {(connections == 1 ? "one caller" : $"{connections} callers")}",
        "Claims and releases, each caller its own orders (sockets of the benchmark).",
        1,
        context => AloneAsync(context, connections));

    public static Part Mixed { get; } = new(
        "mixed",
        "95 % reads and 5 % changes, two instances, 32 callers",
        "Statuses of the orders that are being changed, by a Zipf distribution; each request to a random instance. Every "
            + "answer is held against what had been acknowledged (sockets of the benchmark). Times are those of reads, "
            + "rates those of both.",
        2,
        context => MixedAsync(context, 32));

    public static Part Across { get; } = new(
        "two-instances",
        "Each change read through the other instance at once",
        "Eight callers: a change through one instance, and when it is acknowledged a read through the other (sockets of "
            + "the benchmark). Times and rates are those of the reads.",
        2,
        context => AcrossAsync(context, 8));

    /// <summary>Changes orders at a fixed rate until it is told to stop.</summary>
    public static Task<Samples> AtRateAsync(Peer peer, HttpLines lines, double perSecond, CancellationToken stop)
    {
        var idle = new ConcurrentQueue<ChangingOrder>(peer.Orders);
        return Load.OpenAsync(perSecond, TimeSpan.FromMinutes(10), async () =>
        {
            ChangingOrder? order;
            while (!idle.TryDequeue(out order))
            {
                await Task.Delay(1, CancellationToken.None);
            }

            var sample = await TimedAsync(() => lines.UseAsync(order.ChangeAsync));
            idle.Enqueue(order);
            return sample;
        }, stop);
    }

    public static async Task<Sample> TimedAsync(Func<Task<HttpAnswer>> request)
    {
        var start = Clock.Now;
        var answer = await request();
        return new Sample(start, Clock.Milliseconds(start, Clock.Now), answer.Status, string.Empty);
    }

    private static async Task<Outcome> AloneAsync(PartContext context, int callers)
    {
        using var lines = new LineTable(context, callers);
        return Outcome.Of(await Load.ClosedAsync(callers, context.Duration, caller =>
            TimedAsync(() => lines.Own(caller).ChangeAsync(lines[caller, 0]))));
    }

    private static async Task<Outcome> MixedAsync(PartContext context, int callers)
    {
        using var lines = new LineTable(context, callers);
        var orders = context.Peer.Orders;
        var zipf = new Zipf(orders.Count);
        var stale = new StaleCounter();
        ConcurrentBag<Sample> changes = [];
        var reads = await Load.ClosedAsync(callers, context.Duration, async caller =>
        {
            while (Random.Shared.NextDouble() < ShareOfChanges)
            {
                changes.Add(await TimedAsync(() =>
                    lines.Own(caller).ChangeAsync(lines[caller, Random.Shared.Next(2)])));
            }

            return await TimedAsync(() =>
                orders[zipf.Next(Random.Shared)].ReadAsync(lines[caller, Random.Shared.Next(2)], stale));
        });
        var outcome = Outcome.Of(reads, stale);
        return outcome with
        {
            Requests = outcome.Requests + changes.Count,
            PerSecond = outcome.PerSecond
                + (changes.Count(change => change.IsSuccess) / context.Duration.TotalSeconds),
            Failed = outcome.Failed + changes.Count(change => !change.IsSuccess),
        };
    }

    private static async Task<Outcome> AcrossAsync(PartContext context, int callers)
    {
        using var lines = new LineTable(context, callers);
        var stale = new StaleCounter();
        var failed = 0L;
        var reads = await Load.ClosedAsync(callers, context.Duration, async caller =>
        {
            // Each order is always changed through the same instance, so that the other may have a copy of it.
            var order = lines.Own(caller, first: 4);
            var changer = lines.Number(order) % 2;
            if (!(await order.ChangeAsync(lines[caller, changer])).IsSuccess)
            {
                Interlocked.Increment(ref failed);
            }

            return await TimedAsync(() => order.ReadAsync(lines[caller, 1 - changer], stale));
        });
        var outcome = Outcome.Of(reads, stale);
        return outcome with { Requests = 2 * outcome.Requests, Failed = outcome.Failed + failed };
    }

    /// <summary>A connection of each caller to each instance, and the orders that only this caller changes.</summary>
    private sealed class LineTable(PartContext context, int callers) : IDisposable
    {
        private readonly HttpLine[][] _lines =
        [
            .. Enumerable.Range(0, callers).Select(_ =>
                context.Instances.Select(instance => new HttpLine(instance.Address)).ToArray()),
        ];

        private readonly Dictionary<ChangingOrder, int> _numbers =
            context.Peer.Orders.Index().ToDictionary(order => order.Item, order => order.Index / callers);

        public HttpLine this[int caller, int instance] => _lines[caller][instance];

        /// <summary>The number of an order among its caller's.</summary>
        public int Number(ChangingOrder order) => _numbers[order];

        /// <summary>A random order of this caller.</summary>
        /// <param name="first">Only of so many.</param>
        public ChangingOrder Own(int caller, int first = int.MaxValue)
        {
            var own = context.Peer.Orders.Count / callers;
            return context.Peer.Orders[caller + (callers * Random.Shared.Next(Math.Min(first, own)))];
        }

        public void Dispose()
        {
            foreach (var line in _lines.SelectMany(lines => lines))
            {
                line.Dispose();
            }
        }
    }
}

namespace Mes.Benchmarks.Peers.Parts;

/// <summary>A Redis that stands still, and one that is far away.</summary>
internal static class TroubleParts
{
    private const double ReadsPerSecond = 400;
    private const double ChangesPerSecond = 200;
    private const int Polled = 100;

    private static readonly TimeSpan Stall = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Distance = TimeSpan.FromMilliseconds(20);

    public static Part Pause { get; } = new(
        "pause",
        "Redis stands still for 2 s",
        $"{ReadsPerSecond:0} statuses a second of {Polled} orders, each sent when it is due; in the middle Redis is "
            + "stopped for 2 s (SIGSTOP). Failed are errors, and reads without an answer for 15 s (sockets of the "
            + "benchmark).",
        1,
        PauseAsync)
    {
        NeedsRedis = true,
        HasThroughput = false,
        Rounds = 1,
    };

    public static Part Trips { get; } = new(
        "trips",
        "One read a second on an instance, beside 200 changes a second on another",
        "The reading instance is 20 ms of round trip away from Redis; how many of these fit into a read is how many "
            + "round trips it took (sockets of the benchmark).",
        2,
        TripsAsync)
    {
        NeedsRedis = true,
        RoundTrip = Distance,
        ExtraColumn = "round trips a read",
        HasThroughput = false,
        Rounds = 1,
    };

    private static async Task<Outcome> PauseAsync(PartContext context)
    {
        using var lines = new HttpLines(context.Address);
        var stale = new StaleCounter();
        var next = 0;
        var orders = context.Peer.Orders.Take(Polled).ToArray();
        Task<Sample> ReadAsync() => ChangeParts.TimedAsync(() =>
            lines.UseAsync(line => orders[next++ % orders.Length].ReadAsync(line, stale)));
        await Load.OpenAsync(ReadsPerSecond, TimeSpan.FromSeconds(0.5), ReadAsync);
        var reading = Load.OpenAsync(ReadsPerSecond, (2 * context.Duration) + Stall, ReadAsync);
        await Task.Delay(context.Duration);
        context.Peer.Redis!.Signal("STOP");
        await Task.Delay(Stall);
        context.Peer.Redis.Signal("CONT");
        return Outcome.Of(await reading, stale);
    }

    private static async Task<Outcome> TripsAsync(PartContext context)
    {
        using var near = new HttpLines(context.Address);
        using var far = new HttpLine(context.Instances[^1].Address);
        using var stop = new CancellationTokenSource();
        var stale = new StaleCounter();
        var orders = context.Peer.Orders.Take(20).ToArray();
        foreach (var order in orders)
        {
            await order.ReadAsync(far, stale);
        }

        var changing = ChangeParts.AtRateAsync(context.Peer, near, ChangesPerSecond, stop.Token);
        List<Sample> reads = [];
        var reading = Math.Max(3, (int)(4 * context.Duration.TotalSeconds));
        for (var read = 0; read < reading; read++)
        {
            await Task.Delay(TimeSpan.FromSeconds(1), CancellationToken.None);
            var order = orders[Random.Shared.Next(orders.Length)];
            reads.Add(await ChangeParts.TimedAsync(() => order.ReadAsync(far, stale)));
        }

        await stop.CancelAsync();
        var changes = await changing;
        var outcome = Outcome.Of(new Samples(reads, TimeSpan.FromSeconds(reading)), stale);
        return outcome with
        {
            Requests = outcome.Requests + changes.Count,
            Failed = outcome.Failed + changes.Failures,
            Extra = reads.Average(read => Math.Floor(read.Milliseconds / Distance.TotalMilliseconds)),
        };
    }
}

namespace Mes.Benchmarks.Peers.Parts;

/// <summary>The status of one order, as sellers poll it.</summary>
internal static class StatusParts
{
    private const int Draws = 200_000;

    public static Part Hot(int connections) => new(
        $"status-{connections}",
        $"The status of one order, {(connections == 1 ? "one connection" : $"{connections} connections")}",
        "The same order again and again, by 32 callers in turn (wrk).",
        1,
        context => HotAsync(context, connections))
    {
        TakesBare = true,
        TakesBefore = true,
    };

    public static Part Spread { get; } = new(
        "status-zipf",
        "The status of all orders by a Zipf distribution, 32 connections",
        "Order number n, in a random order, is asked for 1/n times as often as the first (wrk).",
        1,
        SpreadAsync)
    {
        TakesBare = true,
    };

    public static Part Far { get; } = new(
        "far",
        "The status of one order, with 2 ms of round trip to Redis, 32 connections",
        "A line between instance and Redis holds everything back for 1 ms each way (wrk).",
        1,
        context => HotAsync(context, 32))
    {
        TakesBare = true,
        NeedsRedis = true,
        RoundTrip = TimeSpan.FromMilliseconds(2),
    };

    private static Task<Outcome> HotAsync(PartContext context, int connections) => Wrk.RunAsync(
        context.Work, context.Address, context.Keys.Operators, $"orders/{context.Peer.HotOrder:D}/status", connections,
        context.Duration);

    private static async Task<Outcome> SpreadAsync(PartContext context)
    {
        var file = Path.Combine(context.Work, $"zipf-{context.Seed}.txt");
        if (!File.Exists(file))
        {
            var zipf = new Zipf(context.Ids.Count);
            var random = new Random(context.Seed);
            await File.WriteAllLinesAsync(file, Enumerable.Range(0, Draws)
                .Select(_ => $"/api/v1/orders/{context.Ids[zipf.Next(random)]:D}/status"));
        }

        return await Wrk.RunAsync(
            context.Work, context.Address, context.Keys.Operators, file, 32, context.Duration, isFile: true);
    }
}

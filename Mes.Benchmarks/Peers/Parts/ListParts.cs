using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Mes.Benchmarks.Peers.Parts;

/// <summary>The board and a seller's list while orders change.</summary>
internal static class ListParts
{
    private const int Connections = 16;
    private const double ChangesPerSecond = 200;

    private static readonly TimeSpan SubmitPause = TimeSpan.FromMilliseconds(50);

    public static Part Board { get; } = new(
        "board",
        "The board under 200 changes a second",
        $"{Connections} connections ask for the board (wrk), while a caller makes 200 changes a second and another "
            + "submits an order, and looks whether the board counts it, up to 20 times a second. Costs are those of all "
            + "that, for each thousand boards.",
        1,
        BoardAsync)
    {
        ExtraColumn = "changes/s",
    };

    public static Part List { get; } = new(
        "list",
        "A seller's list",
        $"{Connections} connections ask for a large seller's 50 latest orders (wrk), while the seller submits an order, "
            + "and looks whether it is in the list, up to 20 times a second.",
        1,
        context => WhileSubmittingAsync(
            context, "orders?limit=50", [context.Keys.Seller], HttpLine.Request("GET", "orders?limit=50",
                context.Keys.Seller), (answer, order, _) => answer.IndexOf(order) >= 0));

    private static async Task<Outcome> BoardAsync(PartContext context)
    {
        using var lines = new HttpLines(context.Address);
        using var stop = new CancellationTokenSource();
        var changing = ChangeParts.AtRateAsync(context.Peer, lines, ChangesPerSecond, stop.Token);
        var outcome = await WhileSubmittingAsync(
            context, "board?limit=20", context.Keys.Operators,
            HttpLine.Request("GET", "board?limit=20", context.Keys.Operator),
            (answer, _, submitted) => CountOf(answer) >= submitted);
        await stop.CancelAsync();
        var changes = await changing;
        return outcome with { Failed = outcome.Failed + changes.Failures, Extra = changes.PerSecond };
    }

    /// <param name="isFresh">
    /// Whether an answer shows what was acknowledged before: the order's id, and how many orders are submitted.
    /// </param>
    private static async Task<Outcome> WhileSubmittingAsync(
        PartContext context, string path, IReadOnlyList<string> keys, byte[] read, Freshness isFresh)
    {
        var stale = new StaleCounter();
        using var stop = new CancellationTokenSource();
        var submitting = SubmitAsync(context, read, isFresh, stale, stop.Token);
        var outcome = await Wrk.RunAsync(
            context.Work, context.Address, keys, path, Connections, context.Duration);
        await stop.CancelAsync();
        var failed = await submitting;
        return outcome with
        {
            Failed = outcome.Failed + failed,
            Checked = stale.Checked,
            Stale = stale.Stale,
        };
    }

    private static async Task<long> SubmitAsync(
        PartContext context, byte[] read, Freshness isFresh, StaleCounter stale, CancellationToken stop)
    {
        using var line = new HttpLine(context.Address);
        var submitted = await context.Peer.SubmittedAsync();
        var failed = 0L;
        while (!stop.IsCancellationRequested)
        {
            var reference = Guid.CreateVersion7(TimeProvider.System.GetUtcNow());
            var answer = await line.SendAsync(HttpLine.Request(
                "POST",
                "orders",
                context.Keys.Seller,
                $$$"""{"externalId":"b{{{reference:N}}}","model":{"fileName":"bracket.stl","sha256":"{{{new string('a', 64)}}}","polygonCount":12480},"material":"PA12","quantity":25}"""));
            if (!answer.IsSuccess)
            {
                failed++;
                submitted = await context.Peer.SubmittedAsync();
                continue;
            }

            submitted++;
            using var order = JsonDocument.Parse(answer.Body);
            var id = Encoding.ASCII.GetBytes(order.RootElement.GetProperty("id").GetString()!);
            var shown = await line.SendAsync(read);
            if (shown.IsSuccess)
            {
                stale.Check(isFresh(shown.Body.Span, id, submitted) ? 1 : 0, 1);
            }
            else
            {
                failed++;
            }

            await Task.Delay(SubmitPause, CancellationToken.None);
        }

        return failed;
    }

    /// <summary>The board's first member: <c>{"counts":{"SUBMITTED":14,…</c>.</summary>
    private static long CountOf(ReadOnlySpan<byte> board)
    {
        var name = "\"SUBMITTED\":"u8;
        var digits = board[(board.IndexOf(name) + name.Length)..];
        return long.Parse(digits[..digits.IndexOfAnyExceptInRange((byte)'0', (byte)'9')], CultureInfo.InvariantCulture);
    }

    private delegate bool Freshness(ReadOnlySpan<byte> answer, ReadOnlySpan<byte> order, long submitted);
}

using System.Collections.Concurrent;
using Mes.Chaos.Checking;

namespace Mes.Benchmarks;

/// <summary>Ways to send requests.</summary>
internal static class Load
{
    /// <summary>
    /// Each client sends its next request as soon as the last one was answered. Measures the most that the service can
    /// do.
    /// </summary>
    public static Task<Samples> ClosedAsync(int clients, TimeSpan duration, Func<Task<Sample>> request) =>
        ClosedAsync(clients, duration, _ => request());

    /// <param name="request">Gets the number of its client.</param>
    public static async Task<Samples> ClosedAsync(int clients, TimeSpan duration, Func<int, Task<Sample>> request)
    {
        ConcurrentBag<Sample> samples = [];
        var end = Clock.Now + Clock.Ticks(duration.TotalMilliseconds);
        await Task.WhenAll(Enumerable.Range(0, clients).Select(client => Task.Run(async () =>
        {
            while (Clock.Now < end)
            {
                samples.Add(await request(client));
            }
        })));
        return new Samples(samples, duration);
    }

    /// <summary>
    /// Sends a fixed number of requests a second, each when it is due, whether or not earlier ones were answered. Times
    /// count from when a request was due, so that a stall of the service shows in every request that it delays.
    /// </summary>
    public static async Task<Samples> OpenAsync(
        double perSecond, TimeSpan duration, Func<Task<Sample>> request, CancellationToken stop = default)
    {
        ConcurrentBag<Sample> samples = [];
        List<Task> sent = [];
        var start = Clock.Now;
        for (var i = 0; i < perSecond * duration.TotalSeconds && !stop.IsCancellationRequested; i++)
        {
            var due = start + Clock.Ticks(i * 1000 / perSecond);
            while (Clock.Milliseconds(Clock.Now, due) is var early and > 0)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(Math.Max(1, early)), CancellationToken.None);
            }

            sent.Add(SendAsync(due));
        }

        await Task.WhenAll(sent);
        return new Samples(samples, TimeSpan.FromMilliseconds(Clock.Milliseconds(start, Clock.Now)));

        async Task SendAsync(long due)
        {
            var sample = await request();
            samples.Add(sample with
            {
                Start = due,
                Milliseconds = Clock.Milliseconds(due, sample.Start)
                + sample.Milliseconds
            });
        }
    }
}

using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Mes.Chaos.Checking;

namespace Mes.Benchmarks.Suites;

/// <summary>
/// The board's stream with many clients while orders change: from the acknowledgement of a change to the client's
/// event, and what a client costs in memory. All clients read; the delays are those of a sample of them.
/// </summary>
internal static class StreamSuite
{
    private const int Clients = 500;
    private const int Sampled = 25;
    private const int PerKey = 10;
    private const int ChangesPerSecond = 100;
    private const int Orders = 400;
    private const string AdminKey = "mes_test_admin_demo";

    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(3);

    public static async Task RunAsync(Bench bench)
    {
        var database = await bench.CreateDatabaseAsync("stream");
        var service = await bench.StartServiceAsync("stream", database, bench.Redis.Port);
        using var caller = new Caller(service.Address);
        var orders = await caller.SubmitAsync(Orders);
        ConcurrentQueue<(Guid Order, string Status, int Version)> waiting =
            new(orders.Select(order => (order, "SUBMITTED", 1)));
        ConcurrentDictionary<(Guid Order, int Version), long> acknowledged = new();
        await Load.OpenAsync(ChangesPerSecond, Settling, ChangeAsync); // So that the service is warm.

        var before = service.MemoryBytes;
        using var http = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = Clients + 1 })
        {
            BaseAddress = service.Address,
            Timeout = Timeout.InfiniteTimeSpan,
        };
        using var stop = new CancellationTokenSource();
        var streams = await OpenAsync(http);
        var reading = streams
            .Select((stream, i) => ReadAsync(stream, i % (Clients / Sampled) == 0, stop.Token)).ToArray();
        await Task.Delay(Settling);
        var idle = service.MemoryBytes;

        acknowledged.Clear();
        var changes = await Load.OpenAsync(ChangesPerSecond, bench.Duration, ChangeAsync);
        await Task.Delay(Settling);
        var busy = service.MemoryBytes;
        await stop.CancelAsync();
        var received = (await Task.WhenAll(reading)).OfType<Dictionary<(Guid Order, int Version), long>>().ToArray();

        var delays = received.SelectMany(client => Delays(client, acknowledged)).Order().ToArray();
        double At(double percent) => delays[Math.Min(delays.Length - 1, (int)(delays.Length * percent / 100))];
        new Table("From the acknowledgement of a change to the client's event", "clients", "changes/s", "events",
                "missed", "p50 ms", "p95 ms", "p99 ms", "longest ms")
            .Row(Clients, changes.PerSecond, delays.Length, (acknowledged.Count * Sampled) - delays.Length, At(50),
                At(95), At(99), delays[^1])
            .Print();
        new Table("Memory of the service", "", "MB", "KB for each client")
            .Row("before the clients came", Megabytes(before), "")
            .Row("with the clients, quiet", Megabytes(idle), (idle - before) / 1024.0 / Clients)
            .Row("after the changes", Megabytes(busy), (busy - before) / 1024.0 / Clients)
            .Print();

        async Task<Sample> ChangeAsync()
        {
            (Guid Order, string Status, int Version) next;
            while (!waiting.TryDequeue(out next))
            {
                await Task.Delay(1);
            }

            var (sample, status, _) = await caller.ChangeAsync(next.Order, next.Status);
            if (sample.IsSuccess)
            {
                next.Version++;
                acknowledged[(next.Order, next.Version)] = Clock.Now;
            }

            waiting.Enqueue((next.Order, status, next.Version));
            return sample;
        }
    }

    /// <summary>
    /// How long after each acknowledgement a client had the version or a later one; 0 where it came before the answer.
    /// </summary>
    private static IEnumerable<double> Delays(
        Dictionary<(Guid Order, int Version), long> received,
        IReadOnlyDictionary<(Guid Order, int Version), long> acknowledged)
    {
        var byOrder = received.ToLookup(one => one.Key.Order, one => (one.Key.Version, At: one.Value));
        foreach (var ((order, version), at) in acknowledged)
        {
            var later = byOrder[order].Where(one => one.Version >= version).ToArray();
            if (later.Length > 0)
            {
                yield return Math.Max(0, Clock.Milliseconds(at, later.Min(one => one.At)));
            }
        }
    }

    private static async Task<Stream[]> OpenAsync(HttpClient http)
    {
        var streams = new Stream[Clients];
        for (var key = 0; key < Clients / PerKey; key++)
        {
            using var issue = Request(HttpMethod.Post, "keys", AdminKey);
            issue.Content = JsonContent.Create(new { role = "operator", operatorId = $"watcher-{key}" });
            using var issued = (await http.SendAsync(issue)).EnsureSuccessStatusCode();
            var text = (await issued.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("key").GetString()!;
            for (var i = 0; i < PerKey; i++)
            {
                using var open = Request(HttpMethod.Get, "board/stream", text);
                var answer = await http.SendAsync(open, HttpCompletionOption.ResponseHeadersRead);
                streams[(key * PerKey) + i] = await answer.EnsureSuccessStatusCode().Content.ReadAsStreamAsync();
            }
        }

        return streams;
    }

    /// <returns>When each version of an order came first; null for a client that is not of the sample.</returns>
    private static async Task<Dictionary<(Guid Order, int Version), long>?> ReadAsync(
        Stream stream, bool isSampled, CancellationToken stop)
    {
        await using var closing = stream;
        var received = new Dictionary<(Guid Order, int Version), long>();
        try
        {
            if (!isSampled)
            {
                for (var buffer = new byte[16 * 1024]; await stream.ReadAsync(buffer, stop) > 0;)
                {
                    // Read by a client that only keeps up.
                }

                throw new InvalidOperationException("The service has ended a stream.");
            }

            using var lines = new StreamReader(stream);
            while (await lines.ReadLineAsync(stop) is { } line)
            {
                if (line.StartsWith("data: {\"id\":", StringComparison.Ordinal))
                {
                    using var card = JsonDocument.Parse(line.AsMemory("data: ".Length));
                    var order = card.RootElement.GetProperty("id").GetGuid();
                    received.TryAdd((order, card.RootElement.GetProperty("version").GetInt32()), Clock.Now);
                }
            }

            throw new InvalidOperationException("The service has ended a stream.");
        }
        catch (OperationCanceledException)
        {
            return isSampled ? received : null;
        }
    }

    private static HttpRequestMessage Request(HttpMethod method, string path, string key)
    {
        var request = new HttpRequestMessage(method, $"/api/v1/{path}");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        return request;
    }

    private static double Megabytes(long bytes) => bytes / 1024.0 / 1024.0;
}

using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Mes.Chaos.Checking;
using Mes.Chaos.Cluster;

namespace Mes.Benchmarks.Suites;

/// <summary>
/// How soon after its acknowledgement a change is in a waiting feed and at a receiver, with a hundred changes a second,
/// two hundred feeds that wait, and fifty endpoints of which five never answer.
/// </summary>
internal static class EventsSuite
{
    private const int ChangesPerSecond = 100;
    private const int Feeds = 200;
    private const int Sellers = 50;
    private const int Hanging = 5;
    private const int OrdersPerSeller = 10;
    private const int FeedGoalMilliseconds = 300;
    private const int WebhookGoalMilliseconds = 1_000;
    private const string Admin = "mes_test_admin_demo";

    private static readonly TimeSpan ToArrive = TimeSpan.FromSeconds(5);

    public static async Task RunAsync(Bench bench)
    {
        var service = await bench.StartServiceAsync(
            "events", await bench.CreateDatabaseAsync("events"), bench.Redis.Port);
        using var http = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = 1_000 })
        {
            BaseAddress = new Uri(service.Address, "/api/v1/"),
            Timeout = Timeout.InfiniteTimeSpan,
        };
        var arrivals = new Arrivals();
        using var endpoints = new Endpoints(arrivals);
        List<(string Key, bool Hangs)> sellers = [];
        for (var i = 0; i < Sellers; i++)
        {
            var key = await PostAsync(http, "keys", Admin, $$"""{"role":"seller","sellerId":"seller-{{i}}"}""", "key");
            await PostAsync(
                http, "webhooks", key, $$"""{"url":"{{endpoints.UrlOf(i, hangs: i < Hanging)}}"}""", "id");
            sellers.Add((key, i < Hanging));
        }

        using var stop = new CancellationTokenSource();
        var feeds = Enumerable.Range(0, Feeds)
            .Select(i => FollowAsync(http, sellers[i % Sellers].Key, arrivals, stop.Token)).ToArray();
        var caller = new Caller(service.Address);
        var changes = new Changes(caller);
        foreach (var (key, _) in sellers)
        {
            changes.Add(await SubmitAsync(http, key));
        }

        await Load.OpenAsync(ChangesPerSecond, TimeSpan.FromSeconds(5), changes.ChangeAsync); // Warms up.
        arrivals.Begin();
        var sent = await Load.OpenAsync(ChangesPerSecond, bench.Duration, async () =>
        {
            var (sample, order, version) = await changes.ChangeOneAsync();
            arrivals.Acknowledged(order, version);
            return sample;
        });
        await Task.Delay(ToArrive);
        await stop.CancelAsync();
        await Task.WhenAll(feeds);
        arrivals.Summarize(sent).Print();
    }

    private static async Task<string> PostAsync(
        HttpClient http, string path, string key, string body, string member)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path)
        {
            Content = new StringContent(body, Encoding.UTF8, "application/json"),
        };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        using var answer = await http.SendAsync(request);
        answer.EnsureSuccessStatusCode();
        using var json = JsonDocument.Parse(await answer.Content.ReadAsByteArrayAsync());
        return json.RootElement.GetProperty(member).GetString()!;
    }

    private static async Task<Guid[]> SubmitAsync(HttpClient http, string key)
    {
        List<Guid> orders = [];
        for (var i = 0; i < OrdersPerSeller; i++)
        {
            var body = $$$"""
                {"externalId":"PO-{{{i}}}","material":"PA12","quantity":1,
                 "model":{"fileName":"m.stl","sha256":"{{{new string('a', 64)}}}","polygonCount":3}}
                """;
            orders.Add(Guid.Parse(await PostAsync(http, "orders", key, body, "id")));
        }

        return [.. orders];
    }

    private static async Task FollowAsync(HttpClient http, string key, Arrivals arrivals, CancellationToken stop)
    {
        var place = "start=now";
        while (!stop.IsCancellationRequested)
        {
            try
            {
                using var request = new HttpRequestMessage(HttpMethod.Get, $"events?limit=500&wait=30&{place}");
                request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
                using var answer = await http.SendAsync(request, stop);
                answer.EnsureSuccessStatusCode();
                var at = Clock.Now;
                using var json = JsonDocument.Parse(await answer.Content.ReadAsByteArrayAsync(stop));
                foreach (var item in json.RootElement.GetProperty("items").EnumerateArray())
                {
                    arrivals.InFeed(item.GetProperty("data"), at);
                }

                place = $"cursor={json.RootElement.GetProperty("next").GetString()}";
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }
        }
    }

    /// <summary>When each change was acknowledged, and when it arrived.</summary>
    private sealed class Arrivals
    {
        private readonly ConcurrentDictionary<(Guid Order, int Version), long> _acknowledged = [];
        private readonly ConcurrentQueue<(Guid Order, int Version, long At)> _inFeed = [];
        private readonly ConcurrentQueue<(Guid Order, int Version, long At)> _received = [];
        private volatile bool _hasBegun;

        public void Begin() => _hasBegun = true;

        public void Acknowledged(Guid order, int version) => _acknowledged.TryAdd((order, version), Clock.Now);

        public void InFeed(JsonElement data, long at) => Note(_inFeed, data, at);

        public void Received(JsonElement data, long at) => Note(_received, data, at);

        public Table Summarize(Samples sent)
        {
            var table = new Table(
                $"From acknowledgement to arrival: {ChangesPerSecond} changes/s, {Feeds} feeds, {Sellers} endpoints of "
                    + $"which {Hanging} hang",
                "to", "changes", "failed", "arrivals", "p50 ms", "p95 ms", "p99 ms", "p95 at most, ms");
            foreach (var (to, arrived, goal) in new[]
            {
                ("a waiting feed", _inFeed, FeedGoalMilliseconds), ("a receiver", _received, WebhookGoalMilliseconds),
            })
            {
                // An event may arrive before its acknowledgement: that is no negative time.
                double[] times =
                [
                    .. arrived.Where(one => _acknowledged.ContainsKey((one.Order, one.Version)))
                        .Select(one => Math.Max(
                            0, Clock.Milliseconds(_acknowledged[(one.Order, one.Version)], one.At)))
                        .Order(),
                ];
                table.Row(
                    to, sent.Count, sent.Failures, times.Length, Rank(times, 50), Rank(times, 95), Rank(times, 99),
                    goal);
            }

            return table;
        }

        private static double Rank(double[] sorted, int percent) =>
            sorted.Length == 0 ? double.NaN : sorted[Math.Min(sorted.Length - 1, sorted.Length * percent / 100)];

        private void Note(ConcurrentQueue<(Guid Order, int Version, long At)> arrived, JsonElement data, long at)
        {
            if (_hasBegun)
            {
                arrived.Enqueue((data.GetProperty("orderId").GetGuid(), data.GetProperty("version").GetInt32(), at));
            }
        }
    }

    /// <summary>The sellers' endpoints, in this process. Those that hang take the delivery and never answer.</summary>
    private sealed class Endpoints : IDisposable
    {
        private readonly HttpListener _listener = new();
        private readonly Arrivals _arrivals;
        private readonly string _address = $"http://127.0.0.1:{Ports.Free()}/";

        public Endpoints(Arrivals arrivals)
        {
            _arrivals = arrivals;
            _listener.Prefixes.Add(_address);
            _listener.Start();
            _ = Task.Run(RunAsync);
        }

        public string UrlOf(int seller, bool hangs) => $"{_address}{(hangs ? "hang" : "take")}/{seller}";

        public void Dispose() => _listener.Close();

        private async Task RunAsync()
        {
            while (_listener.IsListening)
            {
                HttpListenerContext http;
                try
                {
                    http = await _listener.GetContextAsync();
                }
                catch (Exception exception) when (exception is HttpListenerException or ObjectDisposedException)
                {
                    return;
                }

                if (http.Request.RawUrl!.StartsWith("/take", StringComparison.Ordinal))
                {
                    _ = Task.Run(() => TakeAsync(http));
                }
            }
        }

        private async Task TakeAsync(HttpListenerContext http)
        {
            var at = Clock.Now;
            using var json = await JsonDocument.ParseAsync(http.Request.InputStream);
            _arrivals.Received(json.RootElement.GetProperty("data"), at);
            http.Response.StatusCode = (int)HttpStatusCode.NoContent;
            http.Response.Close();
        }
    }
}

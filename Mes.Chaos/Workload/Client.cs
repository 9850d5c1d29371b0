using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Mes.Chaos.Checking;
using Mes.Chaos.Cluster;

namespace Mes.Chaos.Workload;

/// <summary>One client: reads and changes orders by every path, each time through another instance.</summary>
internal sealed class Client(int number, IReadOnlyList<Instance> instances, OrderPool orders, History history, int seed)
{
    private const string Seller = "mes_test_seller-alpha_demo";
    private const string Operator = "mes_test_operator-anna_demo";
    private const string Service = "mes_test_service-crm_demo";

    private static readonly Dictionary<string, (string Action, string Key, string? Body)> Next = new()
    {
        ["SUBMITTED"] = ("price", Service, """{"amount":12.50,"currency":"EUR"}"""),
        ["PRICE_CALCULATED"] = ("approval", Service, null),
        ["MANUFACTURING_APPROVED"] = ("claim", Operator, null),
        ["MANUFACTURING_STARTED"] = ("completion", Operator, null),
        ["MANUFACTURING_COMPLETED"] = ("packaging", Operator, null),
        ["PACKAGING"] = ("shipment", Operator, """{"carrier":"c","trackingNumber":"t"}"""),
        ["SHIPPED"] = ("closure", Service, null),
    };

    private readonly Random _random = new(seed);
    private readonly HttpClient _http = new(new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(1) }) { Timeout = TimeSpan.FromSeconds(8) };
    private readonly Dictionary<Guid, int> _known = [];

    public async Task ReadAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            var instance = Instance();
            try
            {
                await (_random.Next(20) switch
                {
                    0 => ReadListAsync(instance),
                    1 => ReadBoardAsync(instance),
                    < 7 => ReadOneAsync(instance, "", conditional: false),
                    < 13 => ReadOneAsync(instance, "/status", conditional: false),
                    _ => ReadOneAsync(instance, "/status", conditional: true),
                });
            }
            catch (Exception exception) when (IsOutage(exception))
            {
                await Task.Delay(20, CancellationToken.None);
            }
        }
    }

    public async Task WriteAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            var instance = Instance();
            try
            {
                if (orders.EmptySlot() is { } slot)
                {
                    await SubmitAsync(instance, slot);
                }
                else if (orders.Pick(_random) is { } order)
                {
                    await ChangeAsync(instance, order);
                }
            }
            catch (Exception exception) when (IsOutage(exception))
            {
                await Task.Delay(20, CancellationToken.None);
            }
        }
    }

    private async Task SubmitAsync(Instance instance, int slot)
    {
        var body = $$$"""{"externalId":"c{{{number}}}-{{{_random.NextInt64()}}}","model":{"fileName":"m.stl","sha256":"{{{new string('a', 64)}}}","polygonCount":3},"material":"PLA","quantity":1}""";
        var start = History.Now;
        using var response = await SendAsync(instance, HttpMethod.Post, "orders", Seller, body);
        if (response.StatusCode == HttpStatusCode.Created)
        {
            var order = await ParseAsync(response);
            history.Changes.Enqueue(new(order.Id, start, History.Now, order.Version, order.Status, instance.Number));
            orders.Fill(slot, order.Id);
        }
    }

    private async Task ChangeAsync(Instance instance, Guid id)
    {
        // The database's own view of what may come next: the answer to a change that cannot be.
        using var probe = await SendAsync(instance, HttpMethod.Get, $"orders/{id}/status", Seller);
        if (!probe.IsSuccessStatusCode)
        {
            return;
        }

        var seen = await ParseAsync(probe);
        if (!Next.TryGetValue(seen.Status, out var next))
        {
            orders.Retire(id);
            return;
        }

        // Now and then again through another instance: a repeated claim changes nothing and tells a version all the same.
        var repeat = next.Action == "completion" && _random.Next(3) == 0;
        var (action, key, body) = repeat ? ("claim", Operator, null) : next;
        using var hangUp = new CancellationTokenSource();
        if (_random.Next(10) == 0)
        {
            hangUp.CancelAfter(_random.Next(15));
        }

        var target = Instance();
        var start = History.Now;
        try
        {
            using var response = await SendAsync(target, HttpMethod.Post, $"orders/{id}/{action}", key, body, token: hangUp.Token);
            if (response.IsSuccessStatusCode)
            {
                var order = await ParseAsync(response);
                history.Changes.Enqueue(new(id, start, History.Now, order.Version, order.Status, target.Number));
                return;
            }
        }
        catch (Exception exception) when (IsOutage(exception))
        {
            // The outcome is not known: the change may stand.
        }

        history.Changes.Enqueue(new(id, start, History.Now, 0, null, target.Number));
    }

    private async Task ReadOneAsync(Instance instance, string suffix, bool conditional)
    {
        if (orders.Pick(_random) is not { } id)
        {
            return;
        }

        var known = conditional && _known.TryGetValue(id, out var version) ? version : 0;
        var start = History.Now;
        using var response = await SendAsync(instance, HttpMethod.Get, $"orders/{id}{suffix}", Seller, ifNoneMatch: known);
        if (response.StatusCode == HttpStatusCode.NotModified)
        {
            Record(new(id, start, History.Now, known, null, "304", instance.Number, CacheStatus(response), number));
        }
        else if (response.IsSuccessStatusCode)
        {
            var order = await ParseAsync(response);
            _known[id] = order.Version;
            Record(new(id, start, History.Now, order.Version, order.Status, suffix.Length == 0 ? "order" : "status", instance.Number, CacheStatus(response), number));
        }
        else if (response.StatusCode == HttpStatusCode.NotFound)
        {
            Record(new(id, start, History.Now, 0, null, "404", instance.Number, CacheStatus(response), number));
        }
    }

    private async Task ReadListAsync(Instance instance)
    {
        var start = History.Now;
        using var response = await SendAsync(instance, HttpMethod.Get, "orders?limit=100", Seller);
        if (response.IsSuccessStatusCode)
        {
            using var json = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync());
            var end = History.Now;
            foreach (var item in json.RootElement.GetProperty("items").EnumerateArray())
            {
                var order = Order.From(item);
                Record(new(order.Id, start, end, order.Version, order.Status, "list", instance.Number, CacheStatus(response), number));
            }
        }
    }

    private async Task ReadBoardAsync(Instance instance)
    {
        var start = History.Now;
        using var response = await SendAsync(instance, HttpMethod.Get, "board?limit=100", Operator);
        if (response.IsSuccessStatusCode)
        {
            using var json = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync());
            var end = History.Now;
            foreach (var item in json.RootElement.GetProperty("columns").EnumerateArray().SelectMany(column => column.GetProperty("items").EnumerateArray()))
            {
                var order = Order.From(item);
                Record(new(order.Id, start, end, order.Version, order.Status, "board", instance.Number, CacheStatus(response), number));
            }
        }
    }

    private Instance Instance() => instances[_random.Next(instances.Count)];

    private void Record(History.Read read) => history.Reads.Enqueue(read);

    private async Task<HttpResponseMessage> SendAsync(
        Instance instance, HttpMethod method, string path, string key, string? body = null, int ifNoneMatch = 0, CancellationToken token = default)
    {
        using var request = new HttpRequestMessage(method, new Uri(instance.Address, $"/api/v1/{path}"));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        if (body is not null)
        {
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        }

        if (ifNoneMatch > 0)
        {
            request.Headers.IfNoneMatch.Add(new EntityTagHeaderValue($"\"{ifNoneMatch}\""));
        }

        return await _http.SendAsync(request, token);
    }

    private static string? CacheStatus(HttpResponseMessage response) =>
        response.Headers.TryGetValues("Cache-Status", out var values) ? string.Join(", ", values) : null;

    private static async Task<Order> ParseAsync(HttpResponseMessage response)
    {
        using var json = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync());
        return Order.From(json.RootElement);
    }

    private static bool IsOutage(Exception exception) => exception is HttpRequestException or OperationCanceledException or IOException;

    private readonly record struct Order(Guid Id, int Version, string Status)
    {
        public static Order From(JsonElement json) =>
            new(json.GetProperty("id").GetGuid(), json.GetProperty("version").GetInt32(), json.GetProperty("status").GetString()!);
    }
}

using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Mes.Chaos.Checking;
using Mes.Chaos.Workload;

namespace Mes.Benchmarks;

/// <summary>Sends requests to one instance and times each up to the last byte of its answer.</summary>
internal sealed class Caller(Uri address) : IDisposable
{
    private static readonly TimeSpan BuildLimit = TimeSpan.FromMinutes(3);

    private static readonly Dictionary<string, (string Action, string Key, string? Body)> Next = new()
    {
        ["SUBMITTED"] = ("price", Connection.Service, """{"amount":12.50,"currency":"EUR"}"""),
        ["PRICE_CALCULATED"] = ("approval", Connection.Service, null),
        ["MANUFACTURING_APPROVED"] = ("claim", Connection.Operator, null),
        // Changes go back and forth between two statuses. The orders never end, and every change costs the same.
        ["MANUFACTURING_STARTED"] = ("release", Connection.Operator, """{"reason":"out of filament"}"""),
    };

    private readonly HttpClient _http = new(new SocketsHttpHandler { MaxConnectionsPerServer = 256 })
    {
        BaseAddress =
        address,
        Timeout = TimeSpan.FromSeconds(15)
    };

    /// <returns>The duration and the source of the answer; status 0 if no answer came.</returns>
    public async Task<Sample> GetAsync(string path, string key)
    {
        var start = Clock.Now;
        try
        {
            using var request = Request(HttpMethod.Get, path, key);
            using var answer = await _http.SendAsync(request);
            await answer.Content.ReadAsByteArrayAsync();
            var cache = answer.Headers.TryGetValues("Cache-Status", out var values) ? values.First() : string.Empty;
            return new Sample(start, Clock.Milliseconds(start, Clock.Now), (int)answer.StatusCode, cache);
        }
        catch (Exception exception) when (Connection.IsOutage(exception))
        {
            return new Sample(start, Clock.Milliseconds(start, Clock.Now), 0, string.Empty);
        }
    }

    public async Task<JsonElement> GetJsonAsync(string path, string key)
    {
        using var request = Request(HttpMethod.Get, path, key);
        using var answer = await _http.SendAsync(request);
        answer.EnsureSuccessStatusCode();
        return JsonDocument.Parse(await answer.Content.ReadAsByteArrayAsync()).RootElement;
    }

    /// <returns>Milliseconds until the answer came from the cache.</returns>
    public async Task<double> UntilHitAsync(string path, string key)
    {
        var start = Clock.Now;
        while (!(await GetAsync(path, key)).IsHit)
        {
            if (Clock.Milliseconds(start, Clock.Now) > BuildLimit.TotalMilliseconds)
            {
                throw new InvalidOperationException($"{path} is still no hit.");
            }

            await Task.Delay(10);
        }

        return Clock.Milliseconds(start, Clock.Now);
    }

    /// <summary>Takes the order to the next status.</summary>
    /// <param name="status">The order's present status.</param>
    /// <returns>The order's new status, or the present one if the change failed.</returns>
    public async Task<(Sample Sample, string Status, int Version)> ChangeAsync(Guid order, string status)
    {
        var (action, key, body) = Next[status];
        var start = Clock.Now;
        try
        {
            using var request = Request(HttpMethod.Post, $"orders/{order}/{action}", key, body);
            using var answer = await _http.SendAsync(request);
            var bytes = await answer.Content.ReadAsByteArrayAsync();
            var sample = new Sample(start, Clock.Milliseconds(start, Clock.Now), (int)answer.StatusCode, string.Empty);
            using var json = JsonDocument.Parse(bytes);
            return answer.IsSuccessStatusCode
                ? (sample, json.RootElement.GetProperty("status").GetString()!,
                    json.RootElement.GetProperty("version").GetInt32())
                : (sample, status, 0);
        }
        catch (Exception exception) when (exception is JsonException || Connection.IsOutage(exception))
        {
            return (new Sample(start, Clock.Milliseconds(start, Clock.Now), 0, string.Empty), status, 0);
        }
    }

    /// <summary>Submits new orders.</summary>
    public async Task<List<Guid>> SubmitAsync(int count)
    {
        List<Guid> ids = [];
        for (var i = 0; i < count; i++)
        {
            using var request = Submission();
            using var answer = await _http.SendAsync(request);
            answer.EnsureSuccessStatusCode();
            using var json = JsonDocument.Parse(await answer.Content.ReadAsByteArrayAsync());
            ids.Add(json.RootElement.GetProperty("id").GetGuid());
        }

        return ids;
    }

    /// <summary>Submits a new order.</summary>
    /// <param name="hasIdempotencyKey">Whether to send an <c>Idempotency-Key</c>, a new one.</param>
    /// <returns>The duration; status 0 if no answer came.</returns>
    public async Task<Sample> SubmitAsync(bool hasIdempotencyKey)
    {
        using var request = Submission();
        if (hasIdempotencyKey)
        {
            request.Headers.Add("Idempotency-Key", $"{Guid.CreateVersion7(TimeProvider.System.GetUtcNow())}");
        }

        var start = Clock.Now;
        try
        {
            using var answer = await _http.SendAsync(request);
            await answer.Content.ReadAsByteArrayAsync();
            return new Sample(start, Clock.Milliseconds(start, Clock.Now), (int)answer.StatusCode, string.Empty);
        }
        catch (Exception exception) when (Connection.IsOutage(exception))
        {
            return new Sample(start, Clock.Milliseconds(start, Clock.Now), 0, string.Empty);
        }
    }

    public void Dispose() => _http.Dispose();

    private HttpRequestMessage Submission() => Request(
        HttpMethod.Post,
        "orders",
        Connection.Seller,
        $$$"""{"externalId":"b{{{Guid.CreateVersion7(TimeProvider.System.GetUtcNow()):N}}}","model":{"fileName":"bracket.stl","sha256":"{{{new string('a', 64)}}}","polygonCount":12480},"material":"PA12","quantity":25}""");

    private HttpRequestMessage Request(HttpMethod method, string path, string key, string? body = null)
    {
        var request = new HttpRequestMessage(method, new Uri(address, $"/api/v1/{path}"));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        request.Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json");
        return request;
    }
}

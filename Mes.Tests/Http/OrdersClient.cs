using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Mes.Tests.Support;
using NUnit.Framework;

namespace Mes.Tests.Http;

/// <summary>One caller of the service. Paths are relative to <c>/api/v1/</c> unless they begin with a slash.</summary>
internal sealed class OrdersClient(Func<MesHost> instance, string? key)
{
    public string? Key => key;

    public Task<HttpAnswer> SubmitAsync(JsonObject? order = null) => PostAsync("orders", order ?? Samples.Submission());

    /// <summary>Posts to a sub-resource of an order, with a valid body unless one is given.</summary>
    public Task<HttpAnswer> ChangeAsync(Guid orderId, string action, JsonNode? body = null, string? ifMatch = null) =>
        PostAsync($"orders/{orderId}/{action}", body ?? Samples.BodyOf(action), ifMatch is null
            ? []
            : [("If-Match", ifMatch)]);

    public Task<HttpAnswer> OrderAsync(Guid orderId, params (string Name, string Value)[] headers) =>
        GetAsync($"orders/{orderId}", headers);

    public Task<HttpAnswer> StatusAsync(Guid orderId, params (string Name, string Value)[] headers) =>
        GetAsync($"orders/{orderId}/status", headers);

    public async Task<JsonElement[]> HistoryAsync(Guid orderId) =>
        [.. (await GetAsync($"orders/{orderId}/history")).Should(200).Json.GetProperty("items").EnumerateArray()];

    /// <summary>Follows <c>next</c> to the last page. Fails if the list does not end.</summary>
    public async Task<List<JsonElement[]>> PagesAsync(string path)
    {
        List<JsonElement[]> pages = [];
        string? cursor = null;
        do
        {
            var page = (await GetAsync(cursor is null
                ? path
                : $"{path}{(path.Contains('?') ? '&' : '?')}cursor={cursor}")).Should(200).Json;
            pages.Add([.. page.GetProperty("items").EnumerateArray()]);
            cursor = page.GetProperty("next").GetString();
        }
        while (cursor is not null && pages.Count < 1000);

        Assert.That(cursor, Is.Null, "the list ends");
        return pages;
    }

    public Task<HttpAnswer> GetAsync(string path, params (string Name, string Value)[] headers) =>
        SendAsync("GET", path, null, headers);

    /// <inheritdoc cref="HitAsync"/>
    public Task<HttpAnswer> GetHitAsync(string path, params (string Name, string Value)[] headers) =>
        HitAsync(() => GetAsync(path, headers), path);

    /// <inheritdoc cref="CachedAsync"/>
    public Task<HttpAnswer> GetCachedAsync(string path, params (string Name, string Value)[] headers) =>
        CachedAsync(() => GetAsync(path, headers), path);

    /// <summary>
    /// Repeats the read while the instance says that it bypassed the cache, as <see cref="Hits"/> does. A bypass may
    /// happen for a moment and says nothing about the cache's contents. Only for reads that should be hits: a miss
    /// fails.
    /// </summary>
    public static async Task<HttpAnswer> HitAsync(Func<Task<HttpAnswer>> ask, string what)
    {
        var answer = await CachedAsync(ask, what);
        Assert.That(answer.CacheStatus, Is.EqualTo("mes; hit"), answer.Body);
        return answer;
    }

    /// <summary>Repeats the read until it is a hit or a miss and not a bypass.</summary>
    public static async Task<HttpAnswer> CachedAsync(Func<Task<HttpAnswer>> ask, string what)
    {
        HttpAnswer answer = null!;
        await Eventually.IsTrue(
            async () => (answer = await ask()).CacheStatus?.Contains("bypass") != true
                && answer.CacheStatus?.Contains("unverified") != true,
            Hits.Limit,
            $"{what} is not answered past the cache");
        return answer;
    }

    public Task<HttpAnswer> PostAsync(
        string path, JsonNode? body = null, params (string Name, string Value)[] headers) =>
        SendAsync("POST", path, body is null
            ? null
            : new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json"), headers);

    public async Task<HttpAnswer> SendAsync(
        string method, string path, HttpContent? content = null, params (string Name, string Value)[] headers)
    {
        void AddHeaders(HttpRequestHeaders request)
        {
            foreach (var (name, value) in headers)
            {
                request.TryAddWithoutValidation(name, value);
            }
        }

        using var response = await instance().SendAsync(
            new HttpMethod(method), path.StartsWith('/') ? path : $"/api/v1/{path}", key, content, AddHeaders);
        return await HttpAnswer.ReadAsync(response);
    }
}

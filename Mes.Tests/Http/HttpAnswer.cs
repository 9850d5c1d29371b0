using System.Text.Json;
using NUnit.Framework;

namespace Mes.Tests.Http;

/// <summary>A completely received answer.</summary>
internal sealed class HttpAnswer
{
    private static readonly string[] ProblemMembers = ["type", "title", "status", "detail", "instance", "traceId"];

    /// <summary>Text that only the inside of the service may contain: stack traces, SQL, type names, keys.</summary>
    private static readonly string[] Secrets =
        ["   at ", "Exception", "SELECT ", "INSERT ", "UPDATE ", "Npgsql", "Sqlite", "Redis", "Mes.", "System.",
            "mes_test_", "mes_live_"];

    private readonly Lazy<JsonElement> _json;

    private HttpAnswer(int status, IReadOnlyDictionary<string, string> headers, string body)
    {
        (Status, Headers, Body) = (status, headers, body);
        _json = new Lazy<JsonElement>(() => JsonDocument.Parse(body).RootElement);
    }

    public int Status { get; }

    public IReadOnlyDictionary<string, string> Headers { get; }

    public string Body { get; }

    public JsonElement Json => _json.Value;

    public Guid Id => Json.GetProperty("id").GetGuid();

    public int Version => Json.GetProperty("version").GetInt32();

    public string? StatusName => Json.GetProperty("status").GetString();

    public string? CacheStatus => Header("Cache-Status");

    public static async Task<HttpAnswer> ReadAsync(HttpResponseMessage response) => new(
        (int)response.StatusCode,
        response.Headers.Concat(response.Content.Headers)
            .ToDictionary(
                header => header.Key, header => string.Join(", ", header.Value), StringComparer.OrdinalIgnoreCase),
        await response.Content.ReadAsStringAsync());

    public string? Header(string name) => Headers.GetValueOrDefault(name);

    /// <summary>
    /// The target of the link to the next page, relative to the requested path; null on the last page.
    /// </summary>
    /// <remarks>
    /// Also resolves the link behind a proxy that serves the service under a path prefix, which it strips.
    /// </remarks>
    public string? Next(string asked)
    {
        if (Header("Link") is not { } link)
        {
            return null;
        }

        Assert.That(link, Does.Match("^<[^>]+>; rel=\"next\"$"));
        return Behind(asked, link[1..link.IndexOf('>', StringComparison.Ordinal)]);
    }

    /// <summary>
    /// The target of a reference in the answer, relative to the requested path. Resolved like <see cref="Next"/>.
    /// </summary>
    public static string Behind(string asked, string reference)
    {
        const string Prefix = "/mes";
        var resolved = new Uri(new Uri($"http://shop.example{Prefix}{asked}"), reference);
        Assert.That(resolved.Host, Is.EqualTo("shop.example"), reference);
        Assert.That(resolved.PathAndQuery, Does.StartWith(Prefix + "/"), reference);
        return resolved.PathAndQuery[Prefix.Length..];
    }

    /// <summary>Fails with the body, which explains an unexpected status.</summary>
    public HttpAnswer Should(int status)
    {
        Assert.That(Status, Is.EqualTo(status), Body);
        return this;
    }

    /// <summary>
    /// Checks that this is a complete problem document that reveals nothing about the inside of the service.
    /// </summary>
    public HttpAnswer ShouldBeProblem(int status, string name)
    {
        Should(status);
        Assert.Multiple(() =>
        {
            Assert.That(Header("Content-Type"), Is.EqualTo("application/problem+json"));
            Assert.That(Json.EnumerateObject().Select(member => member.Name), Is.SupersetOf(ProblemMembers));
            Assert.That(Json.GetProperty("type").GetString(), Is.EqualTo($"/problems/{name}"));
            Assert.That(Json.GetProperty("status").GetInt32(), Is.EqualTo(status));
            Assert.That(Json.GetProperty("title").GetString(), Is.Not.Empty);
            Assert.That(Json.GetProperty("detail").GetString(), Is.Not.Empty);
            Assert.That(Json.GetProperty("traceId").GetString(), Is.Not.Empty);
            Assert.That(Json.TryGetProperty("errors", out _), Is.EqualTo(name == "validation-error"),
                "only a validation error has errors");
            Assert.That(CacheStatus, Is.Null);
            foreach (var secret in Secrets)
            {
                Assert.That(Body, Does.Not.Contain(secret));
            }
        });
        return this;
    }

    /// <summary>
    /// Everything by which a caller can tell two answers apart, except what names the request itself.
    /// </summary>
    public string Distinguishable()
    {
        var headers = Headers.Where(header => header.Key != "Date").OrderBy(header => header.Key)
            .Select(header => $"{header.Key}: {header.Value}");
        var body = Json.EnumerateObject().Where(member => member.Name is not ("instance" or "traceId"))
            .Select(member => member.ToString());
        return $"{Status}\n{string.Join('\n', headers)}\n\n{string.Join('\n', body)}";
    }
}

using System.Net;
using System.Text;
using NUnit.Framework;

namespace Mes.Tests.OpenApi;

/// <summary>Answers that differ from the description in one thing are noticed.</summary>
[Category("Embedded")]
internal sealed class AnswerCheckTests
{
    private const string Status = "/api/v1/orders/019c131b-4d68-7c3e-9a41-5f0b6d2e8c17/status";

    private const string Body = """
        {"id":"019c131b-4d68-7c3e-9a41-5f0b6d2e8c17","status":"SHIPPED","version":7,
        "statusChangedAt":"2026-01-31T08:05:09.040Z"}
        """;

    private const string NotFound = """
        {"type":"/problems/not-found","title":"Not found","status":404,"detail":"There is no such order.",
        "instance":"/api/v1/orders/1/status","traceId":"1"}
        """;

    [Test]
    public void An_answer_as_described_passes() => Assert.Multiple(() =>
    {
        Assert.That(async () => await AskAsync(Answer()), Throws.Nothing);
        Assert.That(async () => await AskAsync(Answer(body: ""), method: "HEAD"), Throws.Nothing);
        Assert.That(async () => await AskAsync(Answer(304, body: "")), Throws.Nothing);
        Assert.That(async () => await AskAsync(Problem(404, NotFound)), Throws.Nothing);
        Assert.That(async () => await AskAsync(Problem(404, NotFound), path: "/api/v1/nothing"), Throws.Nothing);
        Assert.That(async () => await AskAsync(Answer(302), path: "/elsewhere"), Throws.Nothing);
    });

    [Test]
    public void Every_difference_from_the_description_fails() => Assert.Multiple(() =>
    {
        Fails(Answer(202), "202 is not described");
        Fails(Answer(etag: null), "the header ETag is missing");
        Fails(Answer(etag: "W/\"7\""), "the header ETag: W/\"7\": $ does not match");
        Fails(Answer(more: ("X-Powered-By", "luck")), "the header X-Powered-By: luck is not described");
        Fails(Answer(body: Body.Replace("SHIPPED", "LOST")), "$.status is none of");
        Fails(Answer(body: Body.Replace("\"version\":7,", "")), "$: lacks version");
        Fails(Answer(body: Body.Replace("\"version\"", "\"secret\":1,\"version\"")), "$: has secret");
        Fails(Answer(body: Body.Replace(".040Z", "Z")), "$.statusChangedAt does not match");
        Fails(Answer(body: ""), "the body is missing");
        Fails(Problem(404, NotFound.Replace("not-found", "gone")), "$.type is not");
        Fails(Problem(404, NotFound.Replace("\"status\":404", "\"status\":400")), "$.status is below");
        Fails(Problem(404, NotFound.Replace("not-found", "gone")), "$.type is not", path: "/api/v1/nothing");
        Fails(Answer(), "200 is not described", path: "/api/v1/nothing");
        Fails(Answer(), "200 is not described", method: "PUT");
    });

    private static void Fails(HttpResponseMessage answer, string because, string path = Status, string method = "GET") =>
        Assert.That(
            async () => await AskAsync(answer, path, method),
            Throws.InstanceOf<AssertionException>().With.Message.Contains(because));

    private static async Task AskAsync(HttpResponseMessage answer, string path = Status, string method = "GET")
    {
        using var client = new HttpClient(new AnswerCheck(new Canned(answer)));
        using var request = new HttpRequestMessage(new HttpMethod(method), $"http://localhost{path}");
        using var _ = await client.SendAsync(request);
    }

    private static HttpResponseMessage Answer(
        int status = 200, string body = Body, string? etag = "\"7\"", (string Name, string Value)? more = null)
    {
        var answer = New(status, body, "application/json");
        answer.Headers.TryAddWithoutValidation("Cache-Control", "private, no-cache");
        answer.Headers.TryAddWithoutValidation("Cache-Status", "mes; hit");
        if (etag is not null)
        {
            answer.Headers.TryAddWithoutValidation("ETag", etag);
        }

        if (more is var (name, value))
        {
            answer.Headers.TryAddWithoutValidation(name, value);
        }

        return answer;
    }

    private static HttpResponseMessage Problem(int status, string body)
    {
        var answer = New(status, body, "application/problem+json");
        answer.Headers.TryAddWithoutValidation("Cache-Control", "no-store");
        return answer;
    }

    private static HttpResponseMessage New(int status, string body, string type) => new((HttpStatusCode)status)
    {
        Content = body.Length > 0 ? new StringContent(body, Encoding.UTF8, type) : new ByteArrayContent([]),
    };

    private sealed class Canned(HttpResponseMessage answer) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(
            HttpRequestMessage request, CancellationToken cancellationToken) => Task.FromResult(answer);
    }
}

using System.Reflection;
using System.Text.Json;
using Mes.Api.Http;
using Mes.Application.Validation;
using Mes.Domain.Callers;
using Mes.Domain.Orders;
using Mes.Domain.Results;
using Microsoft.AspNetCore.Http;
using NUnit.Framework;

namespace Mes.Tests.Unit.Http;

[Category("Unit")]
internal sealed class ProblemResultTests
{
    [TestCase("validation-error", 400)]
    [TestCase("unauthenticated", 401)]
    [TestCase("forbidden", 403)]
    [TestCase("not-found", 404)]
    [TestCase("duplicate-external-id", 409)]
    [TestCase("invalid-transition", 409)]
    [TestCase("already-claimed", 409)]
    [TestCase("concurrent-change", 409)]
    [TestCase("precondition-failed", 412)]
    [TestCase("request-timeout", 408)]
    [TestCase("payload-too-large", 413)]
    [TestCase("unsupported-media-type", 415)]
    [TestCase("rate-limited", 429)]
    [TestCase("internal-error", 500)]
    [TestCase("dependency-unavailable", 503)]
    public async Task Each_problem_has_its_status_and_its_type(string name, int status)
    {
        var (http, document) = await WriteAsync(new Error(name, "Because."));

        Assert.Multiple(() =>
        {
            Assert.That(http.Response.StatusCode, Is.EqualTo(status));
            Assert.That(http.Response.ContentType, Is.EqualTo("application/problem+json"));
            Assert.That(document.GetProperty("type").GetString(), Is.EqualTo($"/problems/{name}"));
            Assert.That(document.GetProperty("status").GetInt32(), Is.EqualTo(status));
            Assert.That(document.GetProperty("title").GetString(), Is.Not.Empty);
            Assert.That(document.GetProperty("detail").GetString(), Is.EqualTo("Because."));
            Assert.That(document.GetProperty("instance").GetString(), Is.EqualTo("/api/v1/orders"));
            Assert.That(document.GetProperty("traceId").GetString(), Is.Not.Empty);
            Assert.That(http.Response.Headers.WWWAuthenticate.Count, Is.EqualTo(status == 401 ? 1 : 0));
            Assert.That(http.Response.Headers.RetryAfter.Count, Is.EqualTo(status is 429 or 503 ? 1 : 0));
            Assert.That(http.Response.Headers.CacheControl.ToString(), Is.EqualTo("no-store"));
            Assert.That(http.Response.Headers.XContentTypeOptions.ToString(), Is.EqualTo("nosniff"));
            Assert.That(http.Response.Headers.ContentSecurityPolicy.ToString(), Does.Contain("frame-ancestors 'none'"));
        });
    }

    [Test]
    public void Every_failure_of_an_order_is_a_problem_that_callers_can_meet()
    {
        var order = Given.AnOrder(OrderStatus.Closed);
        Error[] errors =
        [
            OrderErrors.NotFound,
            OrderErrors.InvalidTransition(OrderTransition.Claim, order.Status, []),
            OrderErrors.AlreadyClaimed("anna"),
            OrderErrors.DuplicateExternalId(order.Id),
            OrderErrors.PreconditionFailed(3),
            OrderErrors.ConcurrentChange,
            OrderErrors.IdempotencyKeyReused,
            OrderErrors.IdempotencyInProgress,
        ];

        Assert.That(errors, Has.Length.EqualTo(typeof(OrderErrors).GetMembers(BindingFlags.Public | BindingFlags.Static)
            .Count(member => member is PropertyInfo or MethodInfo { IsSpecialName: false })), "all of them");
        Assert.That(
            () => errors.Select(error => ProblemCatalog.Of(error.Code).Status).ToList(), Has.All.InRange(400, 499));
    }

    [Test]
    public void Every_failure_of_a_key_is_a_problem_that_callers_can_meet()
    {
        var errors = typeof(ApiKeyErrors).GetProperties(BindingFlags.Public | BindingFlags.Static)
            .Select(property => (Error)property.GetValue(null)!);

        Assert.That(
            () => errors.Select(error => ProblemCatalog.Of(error.Code).Status).ToList(),
            Has.Count.EqualTo(7).And.All.InRange(403, 409));
    }

    [Test]
    public async Task The_facts_of_a_failure_stand_beside_it()
    {
        var (_, document) = await WriteAsync(
            OrderErrors.InvalidTransition(OrderTransition.Claim, OrderStatus.Submitted, ["price", "rejection"]));

        Assert.That(document.GetProperty("orderStatus").GetString(), Is.EqualTo("SUBMITTED"));
        Assert.That(document.GetProperty("allowed").EnumerateArray().Select(name => name.GetString()),
            Is.EqualTo(new[] { "price", "rejection" }));
    }

    [TestCase("POST", "reason", "$.reason")]
    [TestCase("POST", "$.reason", "$.reason")]
    [TestCase("POST", "If-Match", "If-Match")]
    [TestCase("GET", "limit", "limit")]
    public async Task What_was_not_valid_is_named_by_its_JSON_path_its_header_or_its_query_parameter(
        string method, string path, string named)
    {
        var (_, document) = await WriteAsync(ValidationError.Of(path, "is required"), method);

        Assert.That(document.GetProperty("errors").GetProperty(named)[0].GetString(), Is.EqualTo("is required"));
    }

    private static async Task<(HttpContext Http, JsonElement Document)> WriteAsync(Error error, string method = "GET")
    {
        var http = new DefaultHttpContext { TraceIdentifier = "trace" };
        http.Request.Method = method;
        http.Request.Path = "/api/v1/orders";
        http.Response.Body = new MemoryStream();
        await new ProblemResult(error).ExecuteAsync(http);
        http.Response.Body.Position = 0;
        return (http, JsonDocument.Parse(http.Response.Body).RootElement);
    }
}

using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Mes.Api.Http;
using Mes.Domain.Callers;
using Mes.Tests.Support;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace Mes.Tests.Http;

/// <summary>
/// HEAD works wherever GET does (RFC 9110, section 9.3.2), at every endpoint, including those of libraries.
/// </summary>
public sealed partial class HeadTests(TestEngines engines) : HttpTest(engines)
{
    /// <summary>Headers that differ between any two answers, or describe a body, which HEAD does not send.</summary>
    private static readonly string[] Unlike = ["Date", "Transfer-Encoding", "Content-Length", "Cache-Status"];

    private static readonly string[] Reading = ["GET", "HEAD"];

    [Test]
    public async Task Every_endpoint_that_answers_GET_answers_HEAD_alike_and_without_a_body()
    {
        var order = (await Alpha.SubmitAsync()).Should(201);
        var paths = ReadingPaths(order.Id);
        Assert.That(paths.Select(path => path.Path), Is.SupersetOf(new[]
        {
            "/health/live", "/health/ready", "/metrics", "/openapi/v1.json", "/docs/v1",
                $"/api/v1/orders/{order.Id}/status",
        }));

        var issued = (await Service.IssueKeyAsync(Role.Seller, ServiceUnderTest.Unique("seller"))).Id;
        var webhook = (await Alpha.PostAsync("webhooks", new JsonObject { ["url"] = "http://127.0.0.1:9/" })).Should(201)
            .Json.GetProperty("id").GetString();
        foreach (var (filled, key) in paths)
        {
            // Every path is filled with the order's id, which is the id of neither a key nor a webhook.
            var path = filled.Replace($"/keys/{order.Id}", $"/keys/{issued}", StringComparison.Ordinal)
                .Replace($"/webhooks/{order.Id}", $"/webhooks/{webhook}", StringComparison.Ordinal);
            var client = Service.As(key, 0);
            await client.GetAsync(path); // The first answer may come from another source than the following ones.
            var get = await client.GetAsync(path);

            var head = await client.SendAsync("HEAD", path);

            Assert.Multiple(() =>
            {
                Assert.That(head.Status, Is.EqualTo(get.Status).And.LessThan(400), path);
                Assert.That(head.Body, Is.Empty, path);
                Assert.That(Headers(head), Is.EqualTo(Headers(get)), path);
                Assert.That(head.CacheStatus is null, Is.EqualTo(get.CacheStatus is null), path);
                Assert.That(head.Header("Content-Length"), Is.EqualTo(get.Header("Content-Length")).Or.Null, path);
            });
        }

        (await Alpha.SendAsync("DELETE", $"webhooks/{webhook}")).Should(204);
    }

    [Test]
    public async Task Every_endpoint_that_answers_GET_names_GET_when_it_refuses_another_method()
    {
        var order = (await Alpha.SubmitAsync()).Should(201);
        foreach (var (path, _) in ReadingPaths(order.Id))
        {
            var answer = (await Anna.SendAsync("PUT", path)).ShouldBeProblem(405, "method-not-allowed");

            Assert.That(answer.Header("Allow")!.Split(", "), Is.SupersetOf(Reading), path);
        }
    }

    [TestCase("")]
    [TestCase("/status")]
    public async Task A_caller_that_has_this_version_is_told_so_on_HEAD_too(string resource)
    {
        var order = (await Alpha.SubmitAsync()).Should(201);

        var same = await Alpha.SendAsync("HEAD", $"orders/{order.Id}{resource}", null, ("If-None-Match", "\"1\""));
        var older = await Alpha.SendAsync("HEAD", $"orders/{order.Id}{resource}", null, ("If-None-Match", "\"7\""));

        Assert.That((same.Status, same.Header("ETag"), same.Body), Is.EqualTo((304, "\"1\"", "")));
        Assert.That((older.Status, older.Header("ETag"), older.Body), Is.EqualTo((200, "\"1\"", "")));
    }

    [Test]
    public async Task A_problem_on_HEAD_has_no_body_either()
    {
        var missing = await Alpha.SendAsync("HEAD", "orders/01980000-0000-7000-8000-000000000000");
        var nobody = await Nobody.SendAsync("HEAD", "orders");

        Assert.That((missing.Status, missing.Body), Is.EqualTo((404, "")));
        Assert.That((nobody.Status, nobody.Body), Is.EqualTo((401, "")));
    }

    private static IEnumerable<string> Headers(HttpAnswer answer) =>
        answer.Headers.Where(header => !Unlike.Contains(header.Key, StringComparer.OrdinalIgnoreCase))
            .Select(header => Nonce().Replace($"{header.Key}: {header.Value}", "nonce")).Order(StringComparer.Ordinal);

    /// <summary>Every path that answers GET, with a key that may read it.</summary>
    private (string Path, string Key)[] ReadingPaths(Guid orderId) =>
    [
        .. from route in Service.Instances[0].Services.GetRequiredService<EndpointDataSource>()
            .Endpoints.OfType<RouteEndpoint>()
           where route.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods.Contains("GET") != false
           let segments = route.RoutePattern.PathSegments.Select(segment => string.Concat(segment.Parts.Select(Text)))
           let path = ApiEndpoint.Fill("/" + string.Join('/', segments), orderId.ToString())
           where path != "/api/v1/board/stream" // Its answer has no end.
           let role = route.Metadata.GetMetadata<RequiredRoles>()?.Roles[0] ?? Role.Operator
           select (path, ApiEndpoint.KeyOf(role.ToString().ToLowerInvariant())),
    ];

    private static string Text(RoutePatternPart part) => part switch
    {
        RoutePatternLiteralPart literal => literal.Content,
        RoutePatternSeparatorPart separator => separator.Content,
        RoutePatternParameterPart { Name: "documentName" } => "v1",
        RoutePatternParameterPart parameter => $"{{{parameter.Name}}}",
        _ => throw new NotSupportedException($"{part}"),
    };

    /// <summary>A part that differs in every answer.</summary>
    [GeneratedRegex("nonce-[0-9a-f]+")]
    private static partial Regex Nonce();
}

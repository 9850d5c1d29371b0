using System.Text.Json;
using Mes.Api.Http;
using Mes.Domain.Callers;
using Microsoft.AspNetCore.Http;
using NUnit.Framework;

namespace Mes.Tests.Unit.Http;

[Category("Unit")]
internal sealed class QueryParameterMiddlewareTests
{
    private static readonly RequiredRoles ForOperators = new([Role.Operator]);
    private static readonly QueryParameter Limit = new("limit", "How many.") { Example = "5" };
    private static readonly QueryParameter Sort = new("sort", "How.") { Example = "oldest" };

    [TestCase("")]
    [TestCase("?")]
    [TestCase("?limit=5")]
    [TestCase("?limit=5&sort=oldest")]
    [TestCase("?limit=")]
    [TestCase("?sort=%C3%A4%F0%9F%9B%A0")]
    [TestCase("?sort=a%2")]
    [TestCase("?sort=100%")]
    [TestCase("?sort=ä")]
    public async Task Known_parameters_pass(string query) =>
        Assert.That((await SendAsync(query, ForOperators, Limit, Sort)).Passed);

    [TestCase("?page=2", "page")]
    [TestCase("?limit=5&page=2", "page")]
    [TestCase("?LIMIT=5", "LIMIT")]
    [TestCase("?limit=5&limit=5", "limit")]
    [TestCase("?limit=5&LIMIT=6", "LIMIT")]
    [TestCase("?sort=%FF", "query")]
    [TestCase("?sort=%C3", "query")]
    [TestCase("?sort=%ED%A0%80", "query")]
    [TestCase("?sort=%C0%80", "query")]
    [TestCase("?=5", "")]
    public async Task What_is_unknown_given_twice_or_no_text_is_refused(string query, string named)
    {
        var (passed, status, body) = await SendAsync(query, ForOperators, Limit, Sort);

        Assert.That((passed, status), Is.EqualTo((false, 400)));
        using var problem = JsonDocument.Parse(body);
        Assert.That(problem.RootElement.GetProperty("type").GetString(), Is.EqualTo("/problems/validation-error"));
        Assert.That(problem.RootElement.GetProperty("errors").EnumerateObject().Select(error => error.Name),
            Is.EqualTo(new[] { named }));
    }

    [Test]
    public async Task A_long_query_is_checked_like_any_other()
    {
        Assert.That((await SendAsync($"?sort={new string('a', 5000)}", ForOperators, Sort)).Passed);
        Assert.That((await SendAsync($"?sort={new string('a', 5000)}%FF", ForOperators, Sort)).Status, Is.EqualTo(400));
    }

    [Test]
    public async Task An_endpoint_without_callers_looks_after_itself() =>
        Assert.That((await SendAsync("?anything=1")).Passed);

    private static async Task<(bool Passed, int Status, string Body)> SendAsync(string query, params object[] metadata)
    {
        var passed = false;
        var http = new DefaultHttpContext();
        http.Request.Method = "GET";
        http.Request.QueryString = new QueryString(query);
        http.Response.Body = new MemoryStream();
        http.SetEndpoint(new Endpoint(null, new EndpointMetadataCollection(metadata), "test"));

        await new QueryParameterMiddleware(_ =>
        {
            passed = true;
            return Task.CompletedTask;
        }).InvokeAsync(http);

        http.Response.Body.Position = 0;
        return (passed, http.Response.StatusCode, await new StreamReader(http.Response.Body).ReadToEndAsync());
    }
}

using Mes.Api.Http;
using Mes.Domain.Callers;
using Mes.Tests.Support;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using NUnit.Framework;

namespace Mes.Tests.Architecture;

[Category("Unit")]
internal sealed class OpenEndpointTests
{
    [Test]
    public void Every_endpoint_declares_its_callers_except_a_few_that_are_open_to_all()
    {
        Assert.That(ApiEndpoints.Routes, Has.Count.GreaterThan(20));
        Assert.That(OpenEndpointRule.Violations(ApiEndpoints.Routes), Is.Empty);
    }

    [Test]
    public void Every_endpoint_is_for_whom_the_table_says() =>
        Assert.That(ApiEndpoints.Differences(ApiEndpoints.Mapped, ApiEndpoints.Table), Is.Empty);

    [Test]
    public void One_that_is_for_others_than_the_table_says_is_caught()
    {
        ApiEndpoint[] mapped =
        [
            new("GET", "stats/new", ["seller"]), new("POST", "orders/{id}/new", ["operator"]),
                new("GET", "board", ["admin"]),
        ];
        ApiEndpoint[] table = [new("GET", "board", ["operator", "service"]), new("GET", "gone", ["seller"])];

        Assert.That(ApiEndpoints.Differences(mapped, table), Is.EqualTo(new[]
        {
            "GET stats/new is new: add to Table in Mes.Tests/Support/ApiEndpoints.cs, if these roles may call it: "
            + "new(\"GET\", \"stats/new\", [\"seller\"]),",
            "POST orders/{id}/new is new: add its step to Mes.Tests/Support/Lifecycle.cs",
            "GET board is for admin, but for operator, service in Mes.Tests/Support: correct the wrong one",
            "GET gone is in the tables of Mes.Tests/Support, but is not mapped: map it, or remove the row",
        }));
    }

    [Test]
    public void One_that_is_open_by_mistake_is_caught()
    {
        RouteEndpoint[] planted =
        [
            Endpoint("/api/v1/forgotten"),
            Endpoint("/api/v1/opened", OpenToAll.Instance),
            Endpoint("/healthy", OpenToAll.Instance),
            Endpoint("/api/v1/both", OpenToAll.Instance, new RequiredRoles([Role.Admin])),
            Endpoint("/api/v1/nobody", new RequiredRoles([])),
            Endpoint("/api/v1/right", new RequiredRoles([Role.Admin])),
            Endpoint("/health/right", OpenToAll.Instance),
        ];

        Assert.That(OpenEndpointRule.Violations(planted), Is.EqualTo(new[]
        {
            "/api/v1/forgotten does not say who may call it: add .ForRoles(…), or .ForAnybody()",
            "/api/v1/opened is open to everybody: use .ForRoles(…), or add a line to OpenEndpointRule",
            "/healthy is open to everybody: use .ForRoles(…), or add a line to OpenEndpointRule",
            "/api/v1/both has both .ForRoles(…) and .ForAnybody(): keep one",
            "/api/v1/nobody is for no role: name one in .ForRoles(…)",
        }));
    }

    private static RouteEndpoint Endpoint(string path, params object[] metadata) =>
        new(_ => Task.CompletedTask, RoutePatternFactory.Parse(path), 0, new EndpointMetadataCollection(metadata),
            path);
}

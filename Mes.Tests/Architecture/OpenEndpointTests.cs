using Mes.Api;
using Mes.Api.Http;
using Mes.Domain.Callers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Extensions.Logging;
using NUnit.Framework;

namespace Mes.Tests.Architecture;

[Category("Unit")]
internal sealed class OpenEndpointTests
{
    [Test]
    public async Task Every_endpoint_says_who_may_call_it_but_for_a_few_that_anybody_may()
    {
        await using var app = MesApplication.Build(
            ["--environment=Production", "--ConnectionStrings:Postgres=Host=db", "--Mes:Cache:Enabled=false"], builder => builder.Logging.ClearProviders());
        var endpoints = ((IEndpointRouteBuilder)app).DataSources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>().ToArray();

        Assert.That(endpoints, Has.Length.GreaterThan(20));
        Assert.That(OpenEndpointRule.Violations(endpoints), Is.Empty);
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
            "/api/v1/forgotten says not who may call it",
            "/api/v1/opened is open, and not on the list",
            "/healthy is open, and not on the list",
            "/api/v1/both is for some roles and open to all",
            "/api/v1/nobody is for no role",
        }));
    }

    private static RouteEndpoint Endpoint(string path, params object[] metadata) =>
        new(_ => Task.CompletedTask, RoutePatternFactory.Parse(path), 0, new EndpointMetadataCollection(metadata), path);
}

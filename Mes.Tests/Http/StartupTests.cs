using Mes.Api;
using Mes.Api.Hosting;
using Mes.Infrastructure.Startup;
using Mes.Tests.OpenApi;
using Mes.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using NUnit.Framework;

namespace Mes.Tests.Http;

/// <summary>How the service treats its settings at the start, on the embedded engines.</summary>
[TestFixture]
[Category("Embedded")]
public sealed class StartupTests
{
    private TemporaryDirectory _directory = null!;

    [SetUp]
    public void MakeDirectory() => _directory = new TemporaryDirectory();

    [TearDown]
    public async Task RemoveDirectory() => await _directory.DisposeAsync();

    [TestCase("Production")]
    [TestCase("Staging")]
    public void Outside_Development_a_missing_connection_string_is_named(string environment)
    {
        var nothing = Assert.Throws<StartupException>(() => MesApplication.Build([$"--environment={environment}"]));
        var postgresOnly = Assert.Throws<StartupException>(
            () => MesApplication.Build([$"--environment={environment}", "--ConnectionStrings:Postgres=Host=db"]));
        var redisOnly = Assert.Throws<StartupException>(
            () => MesApplication.Build([$"--environment={environment}", "--ConnectionStrings:Redis=cache:6379"]));
        var blank = Assert.Throws<StartupException>(
            () => MesApplication.Build([$"--environment={environment}", "--ConnectionStrings:Postgres= "]));

        Assert.That(nothing!.Message, Does.Contain("ConnectionStrings:Postgres"));
        Assert.That(postgresOnly!.Message, Does.Contain("ConnectionStrings:Redis"));
        Assert.That(redisOnly!.Message, Does.Contain("ConnectionStrings:Postgres"));
        Assert.That(blank!.Message, Does.Contain("ConnectionStrings:Postgres"));
    }

    [Test]
    public async Task The_program_ends_with_that_message_and_no_stack_trace()
    {
        var (code, output, errors) = await Program.RunAsync(new Dictionary<string, string>());
        Assert.That(code, Is.EqualTo(1));
        Assert.That(errors, Does.Contain("ConnectionStrings:Postgres").And.Contains("ConnectionStrings__Postgres"));
        Assert.That(output + errors, Does.Not.Contain("   at "));
    }

    [Test]
    public async Task With_the_cache_off_no_connection_to_one_is_needed()
    {
        await using var app = MesApplication.Build(
            ["--environment=Production", "--ConnectionStrings:Postgres=Host=db", "--Mes:Cache:Enabled=false"],
                builder => builder.Logging.ClearProviders());
        Assert.That(app, Is.Not.Null);
    }

    [Test]
    public async Task The_demo_keys_are_refused_outside_Development()
    {
        await using var host = await MesHost.StartEmbeddedAsync(
            ["--environment=Production", "--Mes:AllowEmbedded=true", "--Mes:MigrateOnStartup=true"]);
        foreach (
            var key in new[] { MesHost.Alpha, MesHost.Beta, MesHost.Anna, MesHost.Boris, MesHost.Crm, MesHost.Admin })
        {
            (await new OrdersClient(() => host, key).GetAsync("orders")).ShouldBeProblem(401, "unauthenticated");
        }
    }

    [Test]
    public async Task An_endpoint_that_does_not_say_who_may_call_it_is_closed()
    {
        await using var app = MesApplication.Build(
            ["--environment=Development", "--urls=http://127.0.0.1:0", $"--Mes:DataDirectory={_directory.Path}"],
                builder => builder.Logging.ClearProviders());
        app.MapGet("/api/v1/forgotten", () => "secret");
        await app.StartAsync();
        await app.Services.GetRequiredService<ServiceState>().WaitUntilReadyAsync(CancellationToken.None);
        using var client = AnswerCheck.NewClient(new Uri(Address(app)));

        (await GetAsync()).ShouldBeProblem(401, "unauthenticated");
        foreach (var key in new[] { MesHost.Alpha, MesHost.Anna, MesHost.Crm, MesHost.Admin })
        {
            client.DefaultRequestHeaders.Authorization = new("Bearer", key);
            (await GetAsync()).ShouldBeProblem(403, "forbidden");
        }

        await app.StopAsync();

        async Task<HttpAnswer> GetAsync()
        {
            using var response = await client.GetAsync("/api/v1/forgotten");
            return await HttpAnswer.ReadAsync(response);
        }
    }

    [Test]
    public async Task With_the_cache_off_everything_comes_from_the_database_and_says_so()
    {
        await using var host = await MesHost.StartEmbeddedAsync(["--Mes:Cache:Enabled=false"]);
        var (alpha, anna, crm) = (new OrdersClient(() => host, MesHost.Alpha),
            new OrdersClient(() => host, MesHost.Anna), new OrdersClient(() => host, MesHost.Crm));
        var order = (await alpha.SubmitAsync()).Should(201);
        foreach (var step in Lifecycle.WayTo("CLOSED"))
        {
            order = (await (step.Roles[0] == "operator" ? anna : crm).ChangeAsync(order.Id, step.Action)).Should(200);
            foreach (var read in new[] { "", "/status" })
            {
                var answer = (await alpha.GetAsync($"orders/{order.Id}{read}")).Should(200);
                Assert.That(answer.CacheStatus, Is.EqualTo("mes; fwd=bypass; detail=disabled"));
                Assert.That(answer.Version, Is.EqualTo(order.Version));
            }
        }

        Assert.That((await anna.GetAsync("stats/throughput")).Should(200).CacheStatus,
            Is.EqualTo("mes; fwd=bypass; detail=disabled"));
        (await alpha.GetAsync("orders/01980000-0000-7000-8000-000000000000")).ShouldBeProblem(404, "not-found");
        (await new OrdersClient(() => host, null).GetAsync("/health/ready")).Should(200);
    }

    [Test]
    public async Task Without_its_schema_the_service_is_alive_but_not_ready_and_answers_503_until_it_has_it()
    {
        await using var app = MesApplication.Build(
            ["--environment=Development", "--urls=http://127.0.0.1:0", $"--Mes:DataDirectory={_directory.Path}",
                "--Mes:MigrateOnStartup=false"],
            builder => builder.Logging.ClearProviders());
        await app.StartAsync();
        using var client = AnswerCheck.NewClient(new Uri(Address(app)));
        client.DefaultRequestHeaders.Authorization = new("Bearer", MesHost.Alpha);

        Assert.That((await GetAsync("/health/live")).Status, Is.EqualTo(200));
        (await GetAsync("/health/ready")).Should(503);
        foreach (var path in new[] { "/api/v1/orders", "/api/v1/orders/01980000-0000-7000-8000-000000000000",
            "/api/v1/board" })
        {
            var answer = (await GetAsync(path)).ShouldBeProblem(503, "dependency-unavailable");
            Assert.That(answer.Header("Retry-After"), Does.Match("^[1-9][0-9]*$"));
        }

        await app.Services.GetRequiredService<SchemaMigrator>().MigrateAsync(CancellationToken.None);

        await Eventually.IsTrue(
            async () => (await GetAsync("/health/ready")).Status == 200, Hits.Limit, "the service is ready");
        (await GetAsync("/api/v1/orders")).Should(200);
        await app.StopAsync();

        async Task<HttpAnswer> GetAsync(string path)
        {
            using var response = await client.GetAsync(path);
            return await HttpAnswer.ReadAsync(response);
        }
    }

    private static string Address(WebApplication app) =>
        app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
}

using System.Text.Json;
using Mes.Tests.Support;
using NUnit.Framework;

namespace Mes.Tests.Http;

/// <summary>
/// If operations have a port of their own, it serves health and metrics and nothing else, and no other port serves
/// them.
/// </summary>
[TestFixture]
[Category("Embedded")]
internal sealed class OperationsPortTests
{
    private MesHost _host = null!;
    private HttpClient _operations = null!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        var port = RunningProgram.FreePort();
        _host = await MesHost.StartEmbeddedAsync([$"--Mes:Operations:Urls=http://127.0.0.1:{port}"]);
        // Unchecked, because at this port nothing is where the description says.
        _operations = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        _operations.Dispose();
        await _host.DisposeAsync();
    }

    [TestCase("/health/live")]
    [TestCase("/health/ready")]
    [TestCase("/metrics")]
    public async Task What_is_for_operations_is_there_and_not_at_the_public_port(string path)
    {
        using var there = await _operations.GetAsync(path);
        Assert.That((int)there.StatusCode, Is.EqualTo(200));

        foreach (var spelling in new[] { path, path + "/", path.ToUpperInvariant(), path + "?x=1" })
        {
            foreach (var method in new[] { HttpMethod.Get, HttpMethod.Post, HttpMethod.Delete })
            {
                using var response = await _host.SendAsync(
                    method, spelling, headers: headers => headers.Host = _operations.BaseAddress!.Authority);
                (await HttpAnswer.ReadAsync(response)).ShouldBeProblem(404, "not-found");
            }
        }
    }

    [Test]
    public async Task The_command_health_asks_there_and_ends_with_0_only_if_the_service_is_ready()
    {
        var ready = await AskAsync($"http://*:{_operations.BaseAddress!.Port}");
        Assert.That(ready, Is.EqualTo((0, "")));

        var away = await AskAsync($"http://127.0.0.1:{RunningProgram.FreePort()}");
        Assert.That(away, Is.EqualTo((1, "")));

        // The public port is no port of operations, and answers 404.
        var wrong = await AskAsync($"http://[::]:{_host.Address.Port}");
        Assert.That(wrong, Is.EqualTo((1, "")));

        var none = await AskAsync("https://*:8081");
        Assert.That(none.Code, Is.EqualTo(1));
        Assert.That(none.Errors, Does.Contain("Mes:Operations:Urls"));

        static async Task<(int Code, string Errors)> AskAsync(string urls)
        {
            var (code, output, errors) = await Program.RunAsync(
                new Dictionary<string, string> { ["Mes__Operations__Urls"] = urls }, "health");
            Assert.That(output.Contains("\"status\":\"ready\""), Is.EqualTo(code == 0), output);
            return (code, errors);
        }
    }

    [TestCase("/api/v1/orders")]
    [TestCase("/api/v1/board")]
    [TestCase("/openapi/v1.json")]
    [TestCase("/docs/v1")]
    [TestCase("/")]
    public async Task Nothing_else_is_at_the_port_of_operations(string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path)
        {
            Headers =
            { Host = _host.Address.Authority, Authorization = new("Bearer", MesHost.Anna) }
        };
        using var response = await _operations.SendAsync(request);

        (await HttpAnswer.ReadAsync(response)).ShouldBeProblem(404, "not-found");
    }

    [Test]
    public async Task The_description_tells_of_what_is_at_the_public_port_only()
    {
        using var response = await _host.SendAsync(HttpMethod.Get, "/openapi/v1.json");
        var text = await response.Content.ReadAsStringAsync();
        using var document = JsonDocument.Parse(text);

        Assert.That(document.RootElement.GetProperty("paths").EnumerateObject().Select(path => path.Name),
            Is.All.StartsWith("/api/v1/"));
        Assert.That(text, Does.Not.Contain("/metrics").And.Not.Contain("\"Health\""));
    }

    [Test]
    public async Task The_rest_is_where_it_was()
    {
        var order = (await new OrdersClient(() => _host, MesHost.Alpha).SubmitAsync()).Should(201);

        (await new OrdersClient(() => _host, MesHost.Alpha).OrderAsync(order.Id)).Should(200);
    }
}

using System.Diagnostics;
using System.Net;
using Mes.Api.Hosting;
using Mes.Tests.OpenApi;
using Mes.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using NUnit.Framework;

namespace Mes.Tests.Http;

/// <summary>
/// How an instance stops: it reports that it is not ready before it refuses requests, and completes those under way.
/// </summary>
[TestFixture]
[Category("Embedded")]
internal sealed class ShutdownTests
{
    private static readonly Dictionary<string, string> Patient = new() { ["Mes__Shutdown__Delay"] = "00:05:00" };

    private TemporaryDirectory _directory = null!;

    [SetUp]
    public void MakeDirectory() => _directory = new TemporaryDirectory();

    [TearDown]
    public async Task RemoveDirectory() => await _directory.DisposeAsync();

    [Test]
    public async Task On_SIGTERM_it_is_not_ready_at_once_and_goes_on_serving_until_it_ends()
    {
        await using var program = await RunningProgram.StartAsync(
            _directory.Path, new Dictionary<string, string> { ["Mes__Shutdown__Delay"] = "00:00:08" });
        using var client = AnswerCheck.NewClient(program.Address);
        client.DefaultRequestHeaders.Authorization = new("Bearer", MesHost.Alpha);

        program.Signal("TERM");
        await Eventually.IsTrue(async () => await program.ReadinessAsync() == HttpStatusCode.ServiceUnavailable,
            TimeSpan.FromSeconds(5), "it is not ready any more");

        using var alive = await client.GetAsync("/health/live");
        using var served = await client.GetAsync("/api/v1/orders");
        using var missing = await client.GetAsync("/api/v1/orders/nothing");
        Assert.Multiple(() =>
        {
            Assert.That(alive.StatusCode, Is.EqualTo(HttpStatusCode.OK));
            Assert.That(served.StatusCode, Is.EqualTo(HttpStatusCode.OK));
            Assert.That(missing.StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
            Assert.That(new[] { served, missing }.Select(answer => answer.Headers.ConnectionClose), Is.All.True,
                "connections close after their answers");
        });
        Assert.That(await program.WaitForExitAsync(), Is.Zero, program.Output);
    }

    [TestCase("INT")]
    [TestCase("QUIT")]
    public async Task On_Ctrl_C_it_ends_without_waiting(string signal)
    {
        await using var program = await RunningProgram.StartAsync(_directory.Path, Patient);

        program.Signal(signal);

        Assert.That(await program.WaitForExitAsync(), Is.Zero, program.Output);
    }

    [TestCase("TERM")]
    [TestCase("INT")]
    public async Task A_second_signal_ends_the_waiting(string second)
    {
        await using var program = await RunningProgram.StartAsync(_directory.Path, Patient);
        program.Signal("TERM");
        await Eventually.IsTrue(async () => await program.ReadinessAsync() == HttpStatusCode.ServiceUnavailable,
            TimeSpan.FromSeconds(5), "it is not ready any more");

        program.Signal(second);

        Assert.That(await program.WaitForExitAsync(), Is.Zero, program.Output);
    }

    [Test]
    public async Task The_server_stops_first_and_whatever_its_last_requests_need_after_it()
    {
        await using var host = await MesHost.StartEmbeddedAsync();

        var options = host.Services.GetRequiredService<IOptions<HostOptions>>().Value;
        var services = host.Services.GetServices<IHostedService>().ToArray();

        // The host stops services in reverse order, one after the other.
        Assert.That(services[^1].GetType().Name, Is.EqualTo("GenericWebHostService"));
        Assert.That(options.ServicesStopConcurrently, Is.False);
        Assert.That(options.ShutdownTimeout, Is.GreaterThanOrEqualTo(TimeSpan.FromSeconds(20)),
            "longer than a request takes with all its retries");
    }

    [Test]
    public async Task A_stop_from_within_does_not_wait_and_makes_it_not_ready()
    {
        var host = await MesHost.StartEmbeddedAsync(["--Mes:Shutdown:Delay=00:05:00"]);
        var draining = host.Services.GetRequiredService<Draining>();
        var watch = Stopwatch.StartNew();

        await host.DisposeAsync();

        Assert.That(draining.HasBegun);
        Assert.That(watch.Elapsed, Is.LessThan(TimeSpan.FromMinutes(1)));
    }
}

using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Mes.Api.Events;
using Mes.Api.Hosting;
using Mes.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using NUnit.Framework;

namespace Mes.Tests.Http;

/// <summary>What becomes of calls that wait for events when their instance stops.</summary>
[Category("Embedded")]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class EventShutdownTests
{
    /// <summary>Well before the end of the time for which the calls would wait.</summary>
    private static readonly TimeSpan AtOnce = TimeSpan.FromSeconds(20);

    private MesHost _host = null!;

    [SetUp]
    public async Task StartAsync() => _host = await MesHost.StartEmbeddedAsync();

    [TearDown]
    public ValueTask EndAsync() => _host.DisposeAsync();

    [Test]
    public async Task A_waiting_call_is_answered_at_once_with_where_to_go_on()
    {
        var waiting = CallAsync("start=now&wait=30");
        await UntilItWaitsAsync();
        Assert.That(waiting.IsCompleted, Is.False);

        _host.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();

        using var answer = await waiting.WaitAsync(AtOnce);
        var page = await answer.Content.ReadFromJsonAsync<JsonElement>();
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(page.GetProperty("items").GetArrayLength(), Is.Zero);
        Assert.That(page.GetProperty("next").GetString(), Is.Not.Empty);
        Assert.That(answer.Headers.ConnectionClose, Is.True);
    }

    [Test]
    public async Task A_call_that_comes_while_the_instance_drains_waits_until_it_stops()
    {
        _host.Services.GetRequiredService<Draining>().Begin();
        var waiting = CallAsync("start=now&wait=30");
        await UntilItWaitsAsync();
        Assert.That(waiting.IsCompleted, Is.False, "answered at once, a follower would ask again and again");

        _host.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();

        using var answer = await waiting.WaitAsync(AtOnce);
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK));
    }

    private Task UntilItWaitsAsync() => Eventually.IsTrue(
        () => _host.Services.GetRequiredService<WaitingCalls>().Count == 1, AtOnce, "the call waits");

    private Task<HttpResponseMessage> CallAsync(string query) =>
        _host.SendAsync(HttpMethod.Get, $"/api/v1/events?{query}", MesHost.Alpha);
}

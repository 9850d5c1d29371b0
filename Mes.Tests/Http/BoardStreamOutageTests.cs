using Mes.Api.Hosting;
using Mes.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using NUnit.Framework;

namespace Mes.Tests.Http;

/// <summary>The board's stream while something is away, and when its instance stops.</summary>
internal sealed class BoardStreamOutageTests
{
    [Test]
    [Category("Servers")]
    public async Task It_goes_on_while_Redis_is_away_and_when_it_is_back_and_on_another_instance()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var redis = await TestRedisServer.StartAsync();
        await using var host = await MesHost.StartAsync(database.ConnectionString, redis.ConnectionString);
        var alpha = new OrdersClient(() => host, MesHost.Alpha);
        await using var stream = await BoardStreamClient.OpenAsync(host, MesHost.Anna);
        var before = (await alpha.SubmitAsync()).Should(201);
        await stream.CardAsync(before.Id, 1);

        await redis.StopAsync();
        var meanwhile = (await alpha.SubmitAsync()).Should(201);
        await stream.CardAsync(meanwhile.Id, 1);

        await redis.RestartAsync();
        var after = (await alpha.SubmitAsync()).Should(201);
        var told = await stream.CardAsync(after.Id, 1);

        await using var other = await MesHost.StartAsync(database.ConnectionString, redis.ConnectionString);
        await using var elsewhere = await BoardStreamClient.OpenAsync(
            other, MesHost.Boris, stream.All.First(one => one.Event == "card").Place);
        await elsewhere.CardAsync(after.Id, 1);
        Assert.That(elsewhere.All.Select(one => one.Event), Has.None.EqualTo("reset"), "a place is good after a start");
        Assert.That(told.Data.GetProperty("status").GetString(), Is.EqualTo("SUBMITTED"));
    }

    [TestCase(false)]
    [TestCase(true)]
    [Category("Embedded")]
    public async Task It_ends_when_its_instance_begins_to_drain_or_stops(bool cameWhileDraining)
    {
        await using var host = await MesHost.StartEmbeddedAsync();
        var draining = host.Services.GetRequiredService<Draining>();
        if (cameWhileDraining)
        {
            draining.Begin();
        }

        await using var stream = await BoardStreamClient.OpenAsync(host, MesHost.Anna);
        Assert.That(stream.HasEnded, Is.False);

        if (cameWhileDraining)
        {
            host.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();
        }
        else
        {
            draining.Begin();
        }

        await stream.UntilEndAsync();
    }
}

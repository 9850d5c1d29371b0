using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Mes.Application.Caching;
using Mes.Domain.Orders;
using Mes.Infrastructure.Coordination;
using Mes.Tests.Caching.Support;
using Mes.Tests.Support;
using NUnit.Framework;

namespace Mes.Tests.Caching;

/// <summary>
/// Redis has no room, or evicts other keys to make some: everything works, and no caller is told anything old (promises
/// G1, G6).
/// </summary>
[Category("Servers")]
[NonParallelizable]
internal sealed class FullRedisTests
{
    private const int Orders = 6;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(15);

    private CacheWorld _world = null!;
    private Instance _writer = null!;
    private Instance _near = null!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        _world = await CacheWorld.StartAsync();
        _writer = await _world.StartInstanceAsync(
            new InstanceSettings { RelayHeld = false, Clock = TimeProvider.System });
        _near = await _world.StartInstanceAsync(new InstanceSettings { HasNearCopies = true });
    }

    [OneTimeTearDown]
    public Task EndAsync() => Parts.EndAsync(_near, _writer, _world);

    [TearDown]
    public async Task MakeRoomAsync()
    {
        await ConfigureAsync("maxmemory", "0");
        await ConfigureAsync("maxmemory-policy", "noeviction");
        await _world.ExecuteAsync("DELETE FROM outbox; DELETE FROM outage_marks");
    }

    [TestCase("noeviction", 0)]
    [TestCase("allkeys-lru", 0)]
    [TestCase("allkeys-lru", 48)]
    public async Task Every_change_and_every_read_works_and_tells_the_truth(string policy, int kilobytes)
    {
        var ids = await SubmittedAsync(cached: true);
        await Task.WhenAll(ids.Select(id => EverybodyTellsAsync(id, 1))); // One instance has copies now.
        await FillUpAsync(policy, kilobytes);
        ids.AddRange(await SubmittedAsync(cached: false));

        foreach (var id in ids)
        {
            await ChangeAsync(Commands.Price(id));
            await EverybodyTellsAsync(id, 2);
        }

        foreach (var id in ids)
        {
            await ChangeAsync(Commands.Approve(id));
        }

        foreach (var id in ids)
        {
            await EverybodyTellsAsync(id, 3);
        }
    }

    [Test]
    public async Task A_change_does_not_wait_for_long_while_that_lasts()
    {
        var ids = await SubmittedAsync(cached: false);
        await FillUpAsync("noeviction", 0);
        await ChangeAsync(Commands.Price(ids[0]));

        List<TimeSpan> times = [];
        foreach (var id in ids.Skip(1))
        {
            times.Add(await Promptly.TimeOf(() => ChangeAsync(Commands.Price(id))));
        }

        // A machine that stalls delays one or two of these changes. A wait for licences to run out would delay all of
        // them.
        Assert.That(times.Order().ElementAt(times.Count / 2), Is.LessThan(LicenceTerms.Term / 2),
            "most changes are quick");
    }

    [Test]
    public async Task It_is_used_again_when_it_has_room()
    {
        var ids = await SubmittedAsync(cached: true);
        await FillUpAsync("noeviction", 0);
        await ChangeAsync(Commands.Price(ids[0]));
        await ConfigureAsync("maxmemory", "0");

        foreach (var id in ids)
        {
            await Eventually.IsTrue(
                async () =>
                {
                    await _world.A.PollAsync();
                    var (order, report) = await _world.A.ReadReportedAsync(id);
                    Assert.That(order!.Version, Is.EqualTo(id == ids[0] ? 2 : 1));
                    return report.Outcome == CacheOutcome.Hit;
                },
                Limit,
                "the order is cached again");
        }
    }

    private Task ConfigureAsync(string setting, string value) =>
        _world.Connection.GetServers()[0].ConfigSetAsync(setting, value);

    /// <param name="kilobytes">The room that is left. With 0, Redis can write nothing at all.</param>
    private async Task FillUpAsync(string policy, int kilobytes)
    {
        await ConfigureAsync("maxmemory-policy", policy);
        var used = (await _world.Connection.GetServers()[0].InfoAsync("memory")).Single()
            .Single(line => line.Key == "used_memory").Value;
        var most = kilobytes == 0 ? 1 : long.Parse(used, CultureInfo.InvariantCulture) + 1024L * kilobytes;
        await ConfigureAsync("maxmemory", most.ToString(CultureInfo.InvariantCulture));
    }

    private async Task<List<Guid>> SubmittedAsync(bool cached)
    {
        List<Guid> ids = [];
        for (var i = 0; i < Orders; i++)
        {
            var id = Commands.NewOrderId();
            await ChangeAsync(Commands.Submit(id));
            ids.Add(id);
            if (!cached)
            {
                await _world.Redis.KeyDeleteAsync(_world.A.EntryKey(id));
            }
        }

        return ids;
    }

    private async Task<Order> ChangeAsync(Application.Messaging.IOrderCommand command) =>
        await _writer.ChangeAsync(command);

    private async Task EverybodyTellsAsync(Guid id, int version)
    {
        foreach (var instance in new[] { _writer, _near, _world.A, _world.B })
        {
            using var answer = await instance.Host.SendAsync(
                HttpMethod.Get, $"/api/v1/orders/{id:D}/status", MesHost.Alpha);
            Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK));
            Assert.That(
                JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["version"]!.GetValue<int>(),
                Is.EqualTo(version),
                answer.Headers.GetValues("Cache-Status").Single());
        }
    }
}

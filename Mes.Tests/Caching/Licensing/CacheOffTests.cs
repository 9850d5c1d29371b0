using System.Net;
using System.Net.Http.Json;
using Mes.Infrastructure.Outbox;
using Mes.Tests.Caching.Support;
using Mes.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace Mes.Tests.Caching.Licensing;

/// <summary>An instance without a cache, beside instances that have one (docs/decisions/0010).</summary>
internal sealed class CacheOffTests : LicenceTests
{
    private MesHost _off = null!;

    [SetUp]
    public async Task StartWithoutCacheAsync()
    {
        _off = await MesHost.StartAsync(
            World.Database.ConnectionString, World.RedisServer.ConnectionString, ["--Mes:Cache:Enabled=false"]);
    }

    [TearDown]
    public Task EndWithoutCacheAsync() => Parts.EndAsync(_off);

    [Test]
    public async Task Its_changes_are_brought_into_the_cache_by_the_relays_of_the_others()
    {
        var id = await SubmittedAsync();
        await PriceAsync(id);
        await Eventually.IsTrue(async () => await World.OutboxRowsAsync(id) == 1, TimeSpan.FromSeconds(15),
            "the change leaves its row, which no sweeper deletes");

        await World.MakeDueAsync(id);
        await TakenByAsync(A, id);

        await EverybodySeesAsync(id, 2);
    }

    [Test]
    public async Task Where_no_relay_has_taken_a_change_for_a_minute_a_new_epoch_begins()
    {
        var id = await SubmittedAsync();
        await PriceAsync(id);
        var epoch = A.Epoch;
        var janitor = _off.Services.GetRequiredService<OutboxJanitor>();
        Assert.That(await janitor.TidyAsync(60_000, CancellationToken.None), Is.Zero, "a relay may still take the row");

        Assert.That(await janitor.TidyAsync(-1000, CancellationToken.None), Is.GreaterThan(0));
        await World.ExecuteAsync($"UPDATE cache_cells SET settled_epoch = epoch");

        Assert.That(await World.OutboxRowsAsync(id), Is.Zero);
        await EverybodySeesUnderNewLicencesAsync(id, 2);
        Assert.That(A.Epoch, Is.Not.EqualTo(epoch));
    }

    private async Task PriceAsync(Guid id)
    {
        using var price = JsonContent.Create(new { amount = 12.5, currency = "EUR" });
        using var answer = await _off.SendAsync(HttpMethod.Post, $"/api/v1/orders/{id:D}/price", MesHost.Crm, price);
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK));
    }
}

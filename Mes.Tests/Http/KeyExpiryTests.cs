using System.Text.Json.Nodes;
using Mes.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace Mes.Tests.Http;

/// <summary>A key that expires, by the database's clock and whatever the instance's wall clock says.</summary>
[TestFixture]
[Category("Embedded")]
internal sealed class KeyExpiryTests
{
    /// <summary>The key may end as much sooner as the database took to answer when the keys were read.</summary>
    private static readonly TimeSpan Sooner = TimeSpan.FromMilliseconds(500);

    private readonly WrongWallClock _clock = new();
    private MesHost _host = null!;

    private OrdersClient Admin => new(() => _host, MesHost.Admin);

    [OneTimeSetUp]
    public async Task StartAsync() => _host = await MesHost.StartEmbeddedAsync(
        configure: builder => builder.Services.AddSingleton<TimeProvider>(_clock));

    [OneTimeTearDown]
    public async Task StopAsync() => await _host.DisposeAsync();

    [TestCase(0)]
    [TestCase(-3600)]
    [TestCase(3600)]
    public async Task It_is_refused_from_its_expiry_on_and_no_sooner(int wallClockIsOffBySeconds)
    {
        _clock.Off = TimeSpan.FromSeconds(wallClockIsOffBySeconds);
        var end = TimeProvider.System.GetUtcNow().AddSeconds(2);
        var issued = (await Admin.PostAsync("keys", Seller(end))).Should(201);
        OrdersClient seller = new(() => _host, issued.Json.GetProperty("key").GetString());

        var first = await seller.GetAsync("orders?limit=1");
        if (TimeProvider.System.GetUtcNow() < end - Sooner)
        {
            first.Should(200);
        }

        await Eventually.IsTrue(
            async () => (await seller.GetAsync("orders?limit=1")).Status == 401, Hits.Limit, "the key has expired");

        Assert.That(TimeProvider.System.GetUtcNow(), Is.GreaterThan(end - Sooner), "no sooner");
        var id = issued.Json.GetProperty("id").GetString();
        Assert.That(
            (await Admin.GetAsync($"keys/{id}")).Json.GetProperty("revokedAt").GetString(), Is.Null, "it is not revoked");
        await Eventually.IsTrue(
            () => Task.FromResult(TimeProvider.System.GetUtcNow() > end), Hits.Limit, "the end is there");
        (await Admin.PostAsync($"keys/{id}/rotation")).ShouldBeProblem(409, "key-not-live");
    }

    [Test]
    public async Task An_expiry_that_is_over_by_the_databases_clock_is_refused()
    {
        _clock.Off = TimeSpan.FromHours(-2);

        (await Admin.PostAsync("keys", Seller(TimeProvider.System.GetUtcNow().AddHours(-1))))
            .ShouldBeProblem(400, "validation-error");
    }

    private static JsonObject Seller(DateTimeOffset expiresAt) => new()
    {
        ["role"] = "seller",
        ["sellerId"] = ServiceUnderTest.Unique("seller"),
        ["expiresAt"] = expiresAt.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'"),
    };

    private sealed class WrongWallClock : TimeProvider
    {
        public TimeSpan Off { get; set; }

        public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + Off;
    }
}

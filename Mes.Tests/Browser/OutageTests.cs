using Mes.Chaos.Cluster;
using Mes.Tests.Support;
using Microsoft.Playwright;
using NUnit.Framework;
using static Microsoft.Playwright.Assertions;

namespace Mes.Tests.Browser;

/// <summary>The board while what it depends on is away, and afterwards. It says so, and comes back by itself.</summary>
internal sealed class OutageTests : BrowserTest
{
    private TestPostgresServer _postgres = null!;
    private TestRedisServer _redis = null!;
    private MesHost? _host;
    private TcpProxy? _network;

    private protected override MesHost Host => _host!;

    private protected override Uri Address => new($"http://127.0.0.1:{_network!.Port}");

    [OneTimeSetUp]
    public async Task Start()
    {
        _postgres = await TestPostgresServer.StartAsync();
        _redis = await TestRedisServer.StartAsync();
        await StartHostAsync();
        _network = new TcpProxy(_host!.Address.Port);
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        _network?.Dispose();
        await StopHostAsync();
        if (_redis is not null)
        {
            await _redis.DisposeAsync();
        }

        if (_postgres is not null)
        {
            await _postgres.DisposeAsync();
        }
    }

    [Test]
    public async Task A_cut_network_is_told_and_what_was_missed_comes_when_it_is_back()
    {
        var id = await OrderInAsync("MANUFACTURING_APPROVED");
        var page = await EnteredAsync(MesHost.Anna);
        await page.HasAsync("MANUFACTURING_APPROVED", id);

        _network!.Cut();
        await Expect(page.Freshness).ToContainTextAsync("cut off since");
        await Expect(page.Said.Filter(new() { HasText = "The connection is cut off" })).ToHaveCountAsync(1);
        await page.HasAsync("MANUFACTURING_APPROVED", id);
        await ChangeAsync(id, "claim", MesHost.Boris);
        _network.Heal();

        await page.HasAsync("MANUFACTURING_STARTED", id);
        await page.IsLiveAsync();
        await Expect(page.Said.Filter(new() { HasText = "The connection is back" })).ToHaveCountAsync(1);
    }

    [Test]
    public async Task A_page_whose_place_in_the_stream_is_not_known_any_more_loads_the_board_anew()
    {
        var id = await OrderInAsync("SUBMITTED");
        var page = await EnteredAsync(MesHost.Anna);
        await page.HasAsync("SUBMITTED", id);
        await page.Page.RouteAsync("**/board/stream", route => route.ContinueAsync(new()
        {
            Headers = new Dictionary<string, string>(route.Request.Headers) { ["last-event-id"] = "forgotten" },
        }));
        var loaded = page.Page.WaitForResponseAsync("**/api/v1/board?*");

        _network!.Cut();
        await Expect(page.Freshness).ToContainTextAsync("cut off since");
        await ChangeAsync(id, "price");
        _network.Heal();

        await loaded;
        await page.HasAsync("PRICE_CALCULATED", id);
        await page.IsLiveAsync();
    }

    [Test]
    public async Task A_replaced_instance_is_noticed_for_a_moment_only()
    {
        var id = await OrderInAsync("SUBMITTED");
        var page = await EnteredAsync(MesHost.Anna);
        await page.HasAsync("SUBMITTED", id);

        await StopHostAsync();
        await Expect(page.Freshness).ToContainTextAsync("cut off since");
        await StartHostAsync();
        await ChangeAsync(id, "price");
        _network!.Redirect(_host!.Address.Port);

        await page.HasAsync("PRICE_CALCULATED", id);
        await page.IsLiveAsync();
    }

    [Test]
    public async Task Without_Redis_the_board_works_on()
    {
        var id = await OrderInAsync("MANUFACTURING_APPROVED");
        var page = await EnteredAsync(MesHost.Anna);

        await _redis.StopAsync();
        await ClaimAsync(page, id);
        await page.HasAsync("MANUFACTURING_STARTED", id);
        await Expect(page.Card(id)).ToContainTextAsync("is yours");
        var later = await OrderInAsync("SUBMITTED");
        await page.HasAsync("SUBMITTED", later);
        await page.PressAsync("3");
        await Expect(page.Page.Locator(".group.bad h3").Filter(new() { HasText = "Redis" })).ToHaveCountAsync(1);
        await _redis.RestartAsync();

        await Expect(page.Page.Locator(".group.bad")).ToHaveCountAsync(0);
        await page.PressAsync("1");
        await ChangeAsync(id, "completion");
        await page.HasAsync("MANUFACTURING_COMPLETED", id);
        await page.IsLiveAsync();
    }

    [Test]
    public async Task Without_the_database_changes_are_refused_in_words_and_the_board_stays()
    {
        var id = await OrderInAsync("MANUFACTURING_APPROVED");
        var page = await EnteredAsync(MesHost.Anna);
        await page.HasAsync("MANUFACTURING_APPROVED", id);

        await _postgres.StopAsync();
        await ClaimAsync(page, id);
        await Expect(page.Card(id)).ToContainTextAsync("cannot reach its database");
        await page.HasAsync("MANUFACTURING_APPROVED", id);
        await _postgres.LaunchAsync();
        await Eventually.IsTrue(
            async () => (int)(await Host.SendAsync(HttpMethod.Get, "/health/ready")).StatusCode == 200
                && (await As(MesHost.Crm).OrderAsync(id)).Status == 200,
            TimeSpan.FromSeconds(30),
            "the database is back");

        await Expect(page.Freshness).ToHaveTextAsync("live");
        await page.Card(id).GetByRole(AriaRole.Link).FocusAsync();
        await Eventually.IsTrue(
            async () =>
            {
                await page.PressAsync("c");
                return await StatusOfAsync(id) == "MANUFACTURING_STARTED";
            },
            TimeSpan.FromSeconds(30),
            "the claim is accepted again");
        await page.HasAsync("MANUFACTURING_STARTED", id);
    }

    private static async Task ClaimAsync(BoardPage page, Guid id)
    {
        await page.Card(id).HoverAsync();
        await page.Card(id).GetByRole(AriaRole.Button, new() { Name = "Claim" }).ClickAsync();
    }

    private async Task StartHostAsync() =>
        _host = await MesHost.StartAsync(
            _postgres.ConnectionString, _redis.ConnectionString, ["--Mes:Shutdown:Delay=00:00:00"]);

    private async Task StopHostAsync()
    {
        if (_host is { } host)
        {
            _host = null;
            await host.DisposeAsync();
        }
    }
}

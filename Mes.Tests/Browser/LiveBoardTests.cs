using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Mes.Tests.Http;
using Mes.Tests.Support;
using Microsoft.Playwright;
using Npgsql;
using NUnit.Framework;
using static Microsoft.Playwright.Assertions;

namespace Mes.Tests.Browser;

/// <summary>The board keeps up to date, and its reader is not disturbed.</summary>
internal sealed partial class LiveBoardTests : SharedHostTest
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    [Test]
    public async Task Focus_and_scroll_stay_when_others_change_orders()
    {
        List<Guid> ids = [];
        for (var i = 0; i < 30; i++)
        {
            ids.Add(await OrderInAsync("SUBMITTED"));
        }

        var page = await EnteredAsync(MesHost.Anna);
        var read = ids[20];
        await page.Card(read).GetByRole(AriaRole.Link).FocusAsync();
        var top = await page.TopOfAsync(read);

        foreach (var id in ids[..3])
        {
            await ChangeAsync(id, "price");
            await page.HasAsync("PRICE_CALCULATED", id);
        }

        Assert.That(await page.FocusedCardAsync(), Is.EqualTo($"{read}"));
        Assert.That(await page.TopOfAsync(read), Is.EqualTo(top).Within(2));
        Assert.That(await page.Count("SUBMITTED").InnerTextAsync(), Is.EqualTo(
            $"{await page.Column("SUBMITTED").Locator(".card").CountAsync()}"));

        await ChangeAsync(read, "price");
        await page.HasAsync("PRICE_CALCULATED", read);
        Assert.That(await page.FocusedCardAsync(), Is.EqualTo($"{read}"), "the focus goes along with its card");
    }

    [Test]
    public async Task Nothing_moves_under_a_pressed_button()
    {
        var id = await OrderInAsync("SUBMITTED");
        var page = await EnteredAsync(MesHost.Anna);
        var other = await EnteredAsync(MesHost.Boris);
        await page.Card(id).HoverAsync();
        await page.Page.Mouse.DownAsync();

        await ChangeAsync(id, "price");
        await other.HasAsync("PRICE_CALCULATED", id);
        await Expect(page.CardIn("SUBMITTED", id)).ToHaveCountAsync(1);

        await page.Page.Mouse.UpAsync();
        await page.HasAsync("PRICE_CALCULATED", id);
    }

    [Test]
    public async Task A_change_whose_writer_died_before_its_put_is_shown_to_a_page_that_is_loading()
    {
        var id = await OrderInAsync("SUBMITTED");
        var page = await NewPageAsync();
        await page.Page.RouteAsync("**/api/v1/board?*", async route =>
        {
            // What such a writer leaves: the committed row, with its row in the outbox by the trigger.
            await using var connection = new NpgsqlConnection(Database);
            await connection.OpenAsync();
            await using var command = new NpgsqlCommand(
                $"UPDATE orders SET material = 'Titanium' WHERE id = '{id}'", connection);
            await command.ExecuteNonQueryAsync();
            await route.ContinueAsync();
        });

        await page.EnterAsync(MesHost.Anna);

        await Expect(page.CardIn("SUBMITTED", id)).ToContainTextAsync("Titanium");
    }

    [Test]
    public async Task Five_tabs_share_one_stream_and_another_takes_over()
    {
        var first = await EnteredAsync(MesHost.Anna);
        var context = first.Page.Context;
        var streams = 1;
        context.Request += (_, request) =>
        {
            if (request.Url.EndsWith("/board/stream", StringComparison.Ordinal))
            {
                Interlocked.Increment(ref streams);
            }
        };
        List<BoardPage> tabs = [first];
        for (var i = 0; i < 4; i++)
        {
            var tab = await NewTabAsync(context);
            await tab.GoAsync();
            await tab.IsLiveAsync();
            tabs.Add(tab);
        }

        var id = await OrderInAsync("SUBMITTED");
        foreach (var tab in tabs)
        {
            await tab.HasAsync("SUBMITTED", id);
        }

        Assert.That(streams, Is.EqualTo(1));

        await first.Page.CloseAsync();
        await ChangeAsync(id, "price");
        foreach (var tab in tabs[1..])
        {
            await tab.HasAsync("PRICE_CALCULATED", id);
            await tab.IsLiveAsync();
        }

        Assert.That(streams, Is.EqualTo(2));
    }

    [Test]
    public async Task A_hidden_tab_lets_go_of_the_stream_and_catches_up_when_it_is_seen_again()
    {
        var id = await OrderInAsync("SUBMITTED");
        var page = await NewPageAsync();
        await page.Page.AddInitScriptAsync(
            """
            let isHidden = false;
            Object.defineProperty(document, 'visibilityState', { get: () => isHidden ? 'hidden' : 'visible' });
            window.setHidden = hidden => { isHidden = hidden; document.dispatchEvent(new Event('visibilitychange')); };
            """);
        await page.Page.Clock.InstallAsync();
        await page.EnterAsync(MesHost.Anna);
        await page.HasAsync("SUBMITTED", id);
        var ended = new TaskCompletionSource();
        page.Page.RequestFailed += (_, request) =>
        {
            if (request.Url.EndsWith("/board/stream", StringComparison.Ordinal))
            {
                ended.TrySetResult();
            }
        };

        await page.Page.EvaluateAsync("window.setHidden(true)");
        await page.Page.Clock.FastForwardAsync(16_000);
        await ended.Task.WaitAsync(Limit);
        await ChangeAsync(id, "price");
        await page.Page.EvaluateAsync("window.setHidden(false)");

        await page.HasAsync("PRICE_CALCULATED", id);
        await page.IsLiveAsync();
    }

    [Test]
    public async Task What_a_seller_types_is_text_and_stays_in_its_place()
    {
        const string Script = "<script>window.hit = 1</script><img src=x onerror=\"window.hit = 1\">";
        const string RightToLeft = "\u202Eשלום/מדיה";
        var submission = Samples.Submission($"<b>{ServiceUnderTest.Unique("x")}\u202E");
        submission["model"]!["fileName"] = RightToLeft + Script + ".stl";
        submission["material"] = "<i>PA12</i> \u05D0";
        submission["notes"] = Script + "\n" + RightToLeft;
        var reference = (string)submission["externalId"]!;
        var id = await OrderInAsync("PACKAGING", submission);
        (await As(MesHost.Anna).ChangeAsync(id, "shipment", new JsonObject
        {
            ["carrier"] = "<script>window.hit=1</script>",
            ["trackingNumber"] = RightToLeft,
        })).Should(200);
        var page = await EnteredAsync(MesHost.Anna, $"/#/order/{id}");

        await Expect(page.Card(id).Locator(".reference")).ToHaveTextAsync(reference);
        await Expect(page.Panel.Locator("h2")).ToHaveTextAsync(reference);
        await Expect(page.Panel).ToContainTextAsync("<script>window.hit = 1</script><img src=x");
        await Expect(page.Panel).ToContainTextAsync("<i>PA12</i>");
        await Expect(page.Page.Locator("#app script, #app img, #app b, #app i")).ToHaveCountAsync(0);
        await page.PressAsync("Escape");
        await page.Card(id).Locator("input").CheckAsync();
        await Expect(page.Page.Locator("#app script, #app img, #app b, #app i")).ToHaveCountAsync(0);
        Assert.That(await page.Page.EvaluateAsync<bool>("() => 'hit' in window"), Is.False);

        // The override mark reverses its own words and not the time beside them.
        var age = await page.Card(id).Locator(".age").BoundingBoxAsync();
        var written = await page.Card(id).Locator(".reference").BoundingBoxAsync();
        Assert.That(age!.X, Is.GreaterThan(written!.X + written.Width - 1));
    }

    [Test]
    public async Task The_board_is_filtered_searched_and_sorted()
    {
        var (seller, client) = await NewSellerAsync();
        var late = Samples.Submission();
        late["dueAt"] = "2020-01-01T00:00:00Z";
        var old = (await client.SubmitAsync(late)).Should(201).Id;
        var young = (await client.SubmitAsync()).Should(201).Id;
        var page = await EnteredAsync(MesHost.Anna);
        await page.HasAsync("SUBMITTED", young);

        await page.Page.GetByLabel("Seller", new() { Exact = true }).SelectOptionAsync(seller);
        await Expect(page.Page.Locator(".card")).ToHaveCountAsync(2);
        await Expect(page.Count("SUBMITTED")).ToHaveTextAsync("2");
        await Expect(page.Page.Locator(".card").First).ToHaveAttributeAsync("data-id", $"{old}");
        await page.Page.GetByLabel("Order", new() { Exact = true }).SelectOptionAsync("newest");
        await Expect(page.Page.Locator(".card").First).ToHaveAttributeAsync("data-id", $"{young}");

        await page.PressAsync("o");
        await Expect(page.Page.Locator(".card")).ToHaveCountAsync(1);
        await Expect(page.Card(old)).ToHaveClassAsync(Overdue());
        await Expect(page.Card(old)).ToContainTextAsync("overdue");
        await page.PressAsync("o");

        await page.PressAsync("m");
        await Expect(page.Page.Locator(".card")).ToHaveCountAsync(0);
        await ChangeAsync(young, "price");
        await ChangeAsync(young, "approval");
        await ChangeAsync(young, "claim");
        await page.HasAsync("MANUFACTURING_STARTED", young);
        await page.PressAsync("Escape");
        await Expect(page.Page.Locator(".chip.on")).ToHaveCountAsync(0);
        await page.HasAsync("SUBMITTED", old);
    }

    [Test]
    public async Task A_session_that_ends_says_why_and_the_board_comes_back_as_it_was()
    {
        var id = await OrderInAsync("SUBMITTED");
        var key = (await As(MesHost.Admin).PostAsync(
            "keys", new JsonObject { ["role"] = "operator", ["operatorId"] = "carla" })).Should(201).Json;
        var page = await EnteredAsync(key.GetProperty("key").GetString()!, $"/#/order/{id}");
        await Expect(page.Panel).ToBeVisibleAsync();

        (await As(MesHost.Admin).SendAsync("DELETE", $"keys/{key.GetProperty("id").GetString()}")).Should(204);

        await Expect(page.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("The session has ended");
        await Expect(page.Page.Locator(".card")).ToHaveCountAsync(0);
        await page.SignInAsync(MesHost.Anna);
        await Expect(page.Panel).ToBeVisibleAsync();
        await page.HasAsync("SUBMITTED", id);
    }

    [Test]
    public async Task A_shared_tablet_is_locked_and_the_next_operator_signs_in()
    {
        var page = await NewPageAsync();
        await page.GoAsync();
        await page.SignIn.FillAsync(MesHost.Alpha);
        await page.SignIn.PressAsync("Enter");
        await Expect(page.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("for operators");
        await page.SignIn.FillAsync("mes_test_nobody_demo");
        await page.SignIn.PressAsync("Enter");
        await Expect(page.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("does not know this key");
        await page.SignInAsync(MesHost.Anna);
        var other = await NewTabAsync(page.Page.Context);
        await other.GoAsync();
        await other.IsLiveAsync();

        await page.PressAsync("Shift+L");

        await Expect(page.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("Locked");
        await Expect(other.SignIn).ToBeVisibleAsync();
        await page.SignInAsync(MesHost.Boris);
        await Expect(page.Page.Locator(".who")).ToHaveAttributeAsync("title", "boris");
        await Expect(other.Page.Locator(".who")).ToHaveAttributeAsync("title", "boris");
    }

    [Test]
    public async Task The_display_on_the_wall_shows_everything_and_changes_nothing()
    {
        var id = await OrderInAsync("MANUFACTURING_APPROVED");
        var page = await EnteredAsync(MesHost.Anna, "/?display=wall");

        await page.HasAsync("MANUFACTURING_APPROVED", id);
        await Expect(page.Page.Locator("#app button, #app a, #app input")).ToHaveCountAsync(0);
        await page.PressAsync("c");
        await ChangeAsync(id, "claim");
        await page.HasAsync("MANUFACTURING_STARTED", id);
        var refused = await page.Page.APIRequest.PostAsync(
            new Uri(Address, $"/api/v1/orders/{id}/completion").ToString(),
            new() { Headers = new Dictionary<string, string> { ["Sec-Fetch-Site"] = "same-origin" } });
        Assert.That(refused.Status, Is.EqualTo(403), "the session of a display may only read");
    }

    [Test]
    public async Task The_panel_has_an_address_and_the_back_button_closes_it()
    {
        var id = await OrderInAsync("SUBMITTED");
        var page = await EnteredAsync(MesHost.Anna);

        await page.Card(id).GetByRole(AriaRole.Link).ClickAsync();
        await Expect(page.Page).ToHaveURLAsync(new Regex($"#/order/{id}$"));
        await Expect(page.Panel).ToBeVisibleAsync();
        await page.Page.GoBackAsync();
        await Expect(page.Panel).ToHaveCountAsync(0);
        await Expect(page.Card(id).GetByRole(AriaRole.Link)).ToBeFocusedAsync();

        await page.GoAsync($"/#/order/{Guid.Empty}");
        await Expect(page.Panel).ToContainTextAsync("There is no such order");
    }

    [Test]
    public async Task The_board_leads_to_the_documentation_and_back()
    {
        var page = await EnteredAsync(MesHost.Anna);

        await page.Page.GetByRole(AriaRole.Link, new() { Name = "API" }).ClickAsync();
        await page.Page.WaitForURLAsync("**/docs/");
        await Expect(page.Page.Locator("a[href='/']").First).ToBeVisibleAsync();
    }

    [Test]
    public async Task The_board_speaks_Russian_and_remembers_it()
    {
        var page = await EnteredAsync(MesHost.Anna);
        await page.Button("RU").ClickAsync();
        await Expect(page.Column("SUBMITTED").Locator("h2")).ToHaveTextAsync("Принят");
        await page.Page.Locator(".fold").First.ClickAsync();
        await page.Page.ReloadAsync();

        await Expect(page.Column("MANUFACTURING_STARTED").Locator("h2")).ToHaveTextAsync("В работе");
        await Expect(page.Column("SUBMITTED")).ToHaveClassAsync(Folded());
        await Expect(page.Freshness).ToHaveTextAsync("сейчас");
        await Expect(page.Page.Locator("html")).ToHaveAttributeAsync("lang", "ru");
    }

    [Test]
    public async Task On_paper_the_board_is_tables_without_controls()
    {
        var id = await OrderInAsync("SUBMITTED");
        var page = await EnteredAsync(MesHost.Anna);
        await page.HasAsync("SUBMITTED", id);

        await page.Page.EmulateMediaAsync(new() { Media = Media.Print });

        await Expect(page.Page.Locator("#app button:visible, #app input:visible")).ToHaveCountAsync(0);
        await Expect(page.Card(id)).ToHaveCSSAsync("display", "table-row");
    }

    [GeneratedRegex(@"\bfolded\b")]
    private static partial Regex Folded();

    [GeneratedRegex(@"\boverdue\b")]
    private static partial Regex Overdue();

    private async Task<(string Id, OrdersClient Client)> NewSellerAsync()
    {
        var id = ServiceUnderTest.Unique("seller");
        var key = (await As(MesHost.Admin).PostAsync(
            "keys", new JsonObject { ["role"] = "seller", ["sellerId"] = id })).Should(201).Json;
        return (id, As(key.GetProperty("key").GetString()!));
    }
}

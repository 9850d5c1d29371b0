using System.Text.RegularExpressions;
using Mes.Tests.Http;
using Mes.Tests.Support;
using Microsoft.Playwright;
using NUnit.Framework;
using static Microsoft.Playwright.Assertions;

namespace Mes.Tests.Browser;

/// <summary>An operator works orders on the board.</summary>
internal sealed partial class OrderLifeTests : SharedHostTest
{
    /// <summary>Longer than the page takes two clicks for one. Milliseconds.</summary>
    private const float DoubleClick = 450;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    [Test]
    public async Task An_order_goes_its_whole_way_by_mouse()
    {
        var id = await OrderInAsync("SUBMITTED");
        var page = await EnteredAsync(MesHost.Anna);
        await page.HasAsync("SUBMITTED", id);

        await ChangeAsync(id, "price");
        await page.HasAsync("PRICE_CALCULATED", id);
        await ChangeAsync(id, "approval");
        await page.HasAsync("MANUFACTURING_APPROVED", id);
        await ClickOnCardAsync(page, id, "Claim");
        await page.HasAsync("MANUFACTURING_STARTED", id);
        await Expect(page.Card(id)).ToContainTextAsync("is yours");
        await ClickOnCardAsync(page, id, "Done");
        await page.HasAsync("MANUFACTURING_COMPLETED", id);
        await ClickOnCardAsync(page, id, "Pack");
        await page.HasAsync("PACKAGING", id);
        await ClickOnCardAsync(page, id, "Ship");
        await page.Dialog.GetByLabel("Carrier").FillAsync("DHL");
        await page.Dialog.GetByLabel("Tracking number").FillAsync("JD0146");
        await page.Dialog.GetByRole(AriaRole.Button, new() { Name = "Ship" }).ClickAsync();
        await page.HasAsync("SHIPPED", id);
        await Eventually.IsTrue(async () => await StatusOfAsync(id) == "SHIPPED", Limit, "the order is shipped");

        await page.Card(id).GetByRole(AriaRole.Link).ClickAsync();
        await Expect(page.Panel).ToContainTextAsync("JD0146");
        await Expect(page.Panel.Locator(".history li")).ToHaveCountAsync(7);
        await ChangeAsync(id, "closure");
        await Expect(page.Card(id)).ToHaveCountAsync(0);
        await Expect(page.Panel.Locator(".state")).ToContainTextAsync("Closed");
    }

    [Test]
    public async Task An_order_goes_its_whole_way_by_keyboard()
    {
        var id = await OrderInAsync("MANUFACTURING_APPROVED");
        var page = await EnteredAsync(MesHost.Anna);
        await page.HasAsync("MANUFACTURING_APPROVED", id);
        await page.PressAsync("/");
        await Expect(page.Search).ToBeFocusedAsync();
        await page.Search.FillAsync($"{id}");
        await Expect(page.Page.Locator(".card")).ToHaveCountAsync(1);
        await page.PressAsync("Tab");
        await page.Card(id).GetByRole(AriaRole.Link).FocusAsync();

        await page.PressAsync("c");
        await page.HasAsync("MANUFACTURING_STARTED", id);
        Assert.That(await page.FocusedCardAsync(), Is.EqualTo($"{id}"), "the focus goes along");
        await page.PressAsync("r");
        await page.Dialog.GetByLabel("Reason").FillAsync("nozzle clogged");
        await page.PressAsync("Tab");
        await page.PressAsync("Tab");
        await page.PressAsync("Enter");
        await page.HasAsync("MANUFACTURING_APPROVED", id);
        await Expect(page.Card(id)).ToContainTextAsync("is released");
        await page.PressAsync("c");
        await page.HasAsync("MANUFACTURING_STARTED", id);
        await Expect(page.Card(id)).ToContainTextAsync("is yours");
        await page.PressAsync("d");
        await page.HasAsync("MANUFACTURING_COMPLETED", id);
        await Expect(page.Card(id)).ToContainTextAsync("is made");

        await page.PressAsync("Enter");
        await Expect(page.Panel).ToContainTextAsync("nozzle clogged");
        await page.PressAsync("p");
        await page.HasAsync("PACKAGING", id);
        await Expect(page.Panel.Locator(".state")).ToContainTextAsync("Packing");
        await Expect(page.Panel).ToContainTextAsync("is being packed");
        await page.PressAsync("Escape");
        await Expect(page.Panel).ToHaveCountAsync(0);
        await Expect(page.Card(id).GetByRole(AriaRole.Link)).ToBeFocusedAsync();
        await page.PressAsync("s");
        await Expect(page.Dialog).ToBeVisibleAsync();
        await page.Page.Keyboard.TypeAsync("DHL");
        await page.PressAsync("Enter");
        await page.Page.Keyboard.TypeAsync("JD0146");
        await page.PressAsync("Enter");
        await page.HasAsync("SHIPPED", id);
        await Eventually.IsTrue(async () => await StatusOfAsync(id) == "SHIPPED", Limit, "the order is shipped");
        await Expect(page.Said.Filter(new() { HasText = "is shipped" })).ToHaveCountAsync(1);
    }

    [Test]
    public async Task Of_two_operators_one_gets_the_order_and_the_other_is_told_who()
    {
        var id = await OrderInAsync("MANUFACTURING_APPROVED");
        var anna = await EnteredAsync(MesHost.Anna);
        var boris = await EnteredAsync(MesHost.Boris);
        var isAsked = new TaskCompletionSource();
        var mayGo = new TaskCompletionSource();
        await anna.Page.RouteAsync("**/claim", async route =>
        {
            isAsked.SetResult();
            await mayGo.Task;
            await route.ContinueAsync();
        });

        await ClickOnCardAsync(anna, id, "Claim");
        await isAsked.Task;
        await Expect(anna.CardIn("MANUFACTURING_STARTED", id)).ToHaveClassAsync(Pending());
        await ClickOnCardAsync(boris, id, "Claim");
        await Expect(boris.Card(id)).ToContainTextAsync("is yours");
        mayGo.SetResult();

        await Expect(anna.Card(id)).ToContainTextAsync(WasFaster());
        await Expect(anna.CardIn("MANUFACTURING_STARTED", id).Locator(".initials")).ToHaveTextAsync("BO");
        await Expect(anna.CardIn("MANUFACTURING_STARTED", id)).Not.ToHaveClassAsync(Pending());
        await Expect(anna.Said.Filter(new() { HasTextRegex = WasFaster() })).ToHaveCountAsync(1);
        Assert.That((await As(MesHost.Crm).OrderAsync(id)).Json.GetProperty("operatorId").GetString(),
            Is.EqualTo("boris"));
    }

    [Test]
    public async Task A_change_without_an_answer_is_not_told_as_done_until_the_service_says_so()
    {
        var id = await OrderInAsync("MANUFACTURING_APPROVED");
        var page = await EnteredAsync(MesHost.Anna);
        await page.Page.RouteAsync("**/claim", async route =>
        {
            // The service gets the claim, and its answer is lost.
            await route.FetchAsync();
            await route.AbortAsync();
        });

        await ClickOnCardAsync(page, id, "Claim");

        await Expect(page.Card(id)).ToContainTextAsync("is yours");
        await Expect(page.Said.Filter(new() { HasText = "not known yet" })).ToHaveCountAsync(1);
        await page.HasAsync("MANUFACTURING_STARTED", id);
    }

    [Test]
    public async Task Several_orders_are_packed_and_shipped_together_and_each_result_is_told()
    {
        Guid[] ids = [await OrderInAsync("MANUFACTURING_COMPLETED"), await OrderInAsync("MANUFACTURING_COMPLETED")];
        var page = await EnteredAsync(MesHost.Anna);
        foreach (var id in ids)
        {
            await page.Card(id).GetByRole(AriaRole.Link).FocusAsync();
            await page.PressAsync("x");
        }

        // Another has packed one of them meanwhile, and this page has not heard of it.
        await page.Page.RouteAsync($"**/{ids[1]}/packaging", async route =>
        {
            await ChangeAsync(ids[1], "packaging", MesHost.Boris);
            await route.ContinueAsync();
        });
        await page.PressAsync("p");

        var results = page.Page.Locator(".selection .results li");
        await Expect(results).ToHaveCountAsync(2);
        await Expect(results.First).ToContainTextAsync("is being packed");
        await Expect(results.Last).ToContainTextAsync("Not done");
        await page.PressAsync("Escape");
        await page.PressAsync("Escape");
        foreach (var id in ids)
        {
            await page.CardIn("PACKAGING", id).Locator("input").CheckAsync();
        }

        await page.Page.Locator(".selection").GetByRole(AriaRole.Button, new() { Name = "Ship" }).ClickAsync();
        await Expect(page.Dialog).ToBeVisibleAsync();
        await page.Page.Keyboard.TypeAsync("DHL");
        await page.PressAsync("Enter");
        await page.Page.Keyboard.TypeAsync("JD-1");
        await page.PressAsync("Enter");
        await page.Page.Keyboard.TypeAsync("JD-2");
        await page.PressAsync("Enter");
        await page.HasAsync("SHIPPED", ids[0]);
        await page.HasAsync("SHIPPED", ids[1]);
        await Expect(results).ToHaveCountAsync(2);
        foreach (var (id, number) in ids.Zip(["JD-1", "JD-2"]))
        {
            Assert.That(
                (await As(MesHost.Crm).OrderAsync(id)).Json.GetProperty("shipment").GetProperty("trackingNumber")
                    .GetString(),
                Is.EqualTo(number));
        }
    }

    [Test]
    public async Task A_barcode_opens_its_order_wherever_the_focus_is()
    {
        var reference = ServiceUnderTest.Unique("cjk");
        var id = await OrderInAsync("MANUFACTURING_APPROVED", Samples.Submission(reference));
        var page = await EnteredAsync(MesHost.Anna);

        // These letters are commands, and none may count: c would claim.
        await page.Card(id).GetByRole(AriaRole.Link).FocusAsync();
        await page.ScanAsync(reference);
        await Expect(page.Panel.Locator("h2")).ToHaveTextAsync(reference);
        await page.PressAsync("Escape");

        await page.Search.FocusAsync();
        await page.ScanAsync($"{id}");
        await Expect(page.Panel.Locator("h2")).ToHaveTextAsync(reference);
        await Expect(page.Search).ToHaveValueAsync("");
        await page.PressAsync("Escape");

        await page.ScanAsync("no-such-order");
        await Expect(page.Page.Locator(".notice")).ToContainTextAsync("no-such-order");
        Assert.That(await StatusOfAsync(id), Is.EqualTo("MANUFACTURING_APPROVED"));
    }

    /// <summary>A name in a sentence stands between marks that keep its direction from the words around it.</summary>
    [GeneratedRegex("boris.? was faster")]
    private static partial Regex WasFaster();

    [GeneratedRegex(@"\bpending\b")]
    private static partial Regex Pending();

    private static async Task ClickOnCardAsync(BoardPage page, Guid id, string action)
    {
        // A second click too soon would be taken for a double click.
        await page.Page.WaitForTimeoutAsync(DoubleClick);
        await page.Card(id).HoverAsync();
        await page.Card(id).GetByRole(AriaRole.Button, new() { Name = action }).ClickAsync();
    }
}

using System.Text.Json;
using Mes.Tests.Http;
using Mes.Tests.Support;
using Microsoft.Playwright;
using NUnit.Framework;
using static Microsoft.Playwright.Assertions;

namespace Mes.Tests.Browser;

/// <summary>
/// Every view is usable by people with a disability, as far as axe can tell (WCAG 2.2 A and AA, and its best
/// practices), in both themes. The screenshots of the documents are taken here, of the same views.
/// </summary>
internal sealed class AccessibilityTests : SharedHostTest
{
    private const string Pictures = "MES_TEST_SCREENSHOTS";

    /// <summary>What the documents show.</summary>
    private static readonly string[] Shown =
        ["board-light.png", "board-dark.png", "order-light.png", "throughput-light.png", "wall-dark.png"];

    private Guid _shown;

    [TestCase(ColorScheme.Light)]
    [TestCase(ColorScheme.Dark)]
    public async Task No_view_keeps_anybody_out(ColorScheme theme)
    {
        var shown = await OrdersAsync();
        var page = await NewPageAsync(new()
        {
            ViewportSize = new() { Width = 1440, Height = 900 },
            ColorScheme = theme,
            ReducedMotion = ReducedMotion.Reduce,
            Locale = "en-GB",
            TimezoneId = "Europe/Berlin",
        });
        await page.Page.AddInitScriptAsync(await BoardScripts.AxeAsync());

        await page.GoAsync();
        await Expect(page.SignIn).ToBeVisibleAsync();
        await CheckAsync(page, theme, "sign-in");

        await page.SignInAsync(MesHost.Anna);
        await page.HasAsync("MANUFACTURING_STARTED", shown);
        await page.Card(shown).GetByRole(AriaRole.Link).FocusAsync();
        await CheckAsync(page, theme, "board");

        await page.PressAsync("x");
        await CheckAsync(page, theme, "selected");
        await page.PressAsync("x");

        await page.PressAsync("Enter");
        await Expect(page.Panel.Locator(".history li").First).ToBeVisibleAsync();
        await CheckAsync(page, theme, "order");

        await page.PressAsync("r");
        await Expect(page.Dialog).ToBeVisibleAsync();
        await CheckAsync(page, theme, "form");
        await page.Page.Keyboard.PressAsync("Escape");
        await page.PressAsync("Escape");

        await page.PressAsync("?");
        await Expect(page.Dialog).ToBeVisibleAsync();
        await CheckAsync(page, theme, "keys");
        await page.Page.Keyboard.PressAsync("Escape");

        await page.PressAsync("2");
        await Expect(page.Page.Locator("table").First).ToBeVisibleAsync();
        await CheckAsync(page, theme, "throughput");

        await page.PressAsync("3");
        await Expect(page.Page.Locator(".group").First).ToBeVisibleAsync();
        await CheckAsync(page, theme, "system");

        await page.GoAsync("/?display=wall");
        await page.HasAsync("MANUFACTURING_STARTED", shown);
        await CheckAsync(page, theme, "wall");
    }

    [Test]
    public async Task On_a_tablet_everything_is_large_enough_for_a_finger()
    {
        var shown = await OrdersAsync();
        var page = await NewPageAsync(new()
        {
            ViewportSize = new() { Width = 1180, Height = 820 },
            HasTouch = true,
            IsMobile = true,
            Locale = "en-GB",
        });
        await page.EnterAsync(MesHost.Anna);
        await page.HasAsync("MANUFACTURING_STARTED", shown);

        var low = await page.Page.EvaluateAsync<string[]>(
            """
            () => [...document.querySelectorAll('#app button, #app select, #app nav a')]
                .filter(control => control.getBoundingClientRect().height < 43.5)
                .map(control => control.outerHTML.slice(0, 100))
            """);
        Assert.That(low, Is.Empty);
        var id = await OrderInAsync("MANUFACTURING_STARTED");
        await page.Card(id).GetByRole(AriaRole.Button, new() { Name = "Done" }).TapAsync();
        await page.HasAsync("MANUFACTURING_COMPLETED", id);
    }

    [Test]
    public async Task At_200_percent_nothing_is_lost()
    {
        await OrdersAsync();
        var page = await NewPageAsync(new()
        {
            ViewportSize = new() { Width = 640, Height = 400 },
            DeviceScaleFactor = 2,
            Locale = "en-GB",
        });
        await page.EnterAsync(MesHost.Anna);
        await Expect(page.Page.Locator(".card").First).ToBeVisibleAsync();

        // The columns scroll sideways in their own place; the page does not.
        Assert.That(
            await page.Page.EvaluateAsync<int>("() => document.documentElement.scrollWidth"), Is.LessThanOrEqualTo(640));
        foreach (var control in await page.Page.Locator("header.top").Locator("button, select, a, input").AllAsync())
        {
            var box = await control.BoundingBoxAsync();
            Assert.That(box!.X + box.Width, Is.LessThanOrEqualTo(640), await control.InnerTextAsync());
        }
    }

    private static async Task CheckAsync(BoardPage page, ColorScheme theme, string view)
    {
        var json = await page.Page.EvaluateAsync<string>(
            """
            async () => JSON.stringify((await axe.run(document)).violations.map(violation => ({
                rule: violation.id,
                help: violation.help,
                nodes: violation.nodes.slice(0, 5).map(node => `${node.html} ${node.failureSummary}`),
            })))
            """);
        using var violations = JsonDocument.Parse(json);
        Assert.That(violations.RootElement.EnumerateArray().Select(one => one.ToString()), Is.Empty, view);

        // Written on demand, so that a run of the tests changes no file of the repository.
        var picture = $"{view}-{(theme == ColorScheme.Dark ? "dark" : "light")}.png";
        if (Shown.Contains(picture) && Environment.GetEnvironmentVariable(Pictures) is { Length: > 0 } folder)
        {
            await page.Page.ScreenshotAsync(new() { Path = Path.Combine(folder, picture) });
        }
    }

    /// <summary>Some orders in every status, the same for all tests.</summary>
    /// <returns>One that Anna has in work.</returns>
    private async Task<Guid> OrdersAsync()
    {
        if (_shown != Guid.Empty)
        {
            return _shown;
        }

        string[] materials = ["PA12", "Aluminium", "Steel 316L", "PLA"];
        string[] files = ["bracket_left_v12.stl", "housing.step", "impeller-final-2.obj", "gear_64T_rev-c.stl"];
        foreach (var (status, column) in Lifecycle.Active.Select((status, column) => (status, column)))
        {
            for (var row = 0; row < 4 + column % 3; row++)
            {
                var submission = Samples.Submission($"PO-{4100 + 10 * column + row}");
                submission["model"]!["fileName"] = files[(row + column) % files.Length];
                submission["material"] = materials[(row + 2 * column) % materials.Length];
                submission["quantity"] = 1 + row * 37 + column * 11;
                submission["dueAt"] = (row, column) switch
                {
                    (1, _) => null,
                    (2, 1 or 3) => "2026-01-31T08:00:00Z",
                    _ => $"2027-03-{1 + row * 4 + column:00}T12:00:00Z",
                };
                var id = await OrderInAsync(status, submission);
                _shown = status == "MANUFACTURING_STARTED" ? id : _shown;
            }
        }

        return _shown;
    }
}

using System.Text.RegularExpressions;
using Mes.Benchmarks;
using Mes.Tests.Support;
using NUnit.Framework;
using static Microsoft.Playwright.Assertions;

namespace Mes.Tests.Browser;

/// <summary>The board with two thousand orders.</summary>
internal sealed partial class LargeBoardTests : SharedHostTest
{
    private const int Active = 2000;

    /// <summary>What is promised for a slow tablet, on a machine that does other things as well.</summary>
    private static readonly TimeSpan FirstCards = TimeSpan.FromSeconds(1);

    [Test]
    public async Task The_first_cards_are_there_within_a_second()
    {
        var page = await EnteredAsync(MesHost.Anna);

        await Promptly.Happens(FirstCards, "the first cards are shown", async () =>
        {
            await page.Page.ReloadAsync();
            await Expect(page.Page.Locator(".card:not(.skeleton)").First).ToBeVisibleAsync();
            return TimeSpan.FromMilliseconds(await page.Page.EvaluateAsync<double>(
                """
                () => performance.getEntriesByName('mes-first-cards')[0].startTime
                """));
        });
    }

    [Test]
    public async Task All_of_them_can_be_loaded_and_scrolled()
    {
        var page = await EnteredAsync(MesHost.Anna);
        var column = page.Column("SUBMITTED");
        await Expect(column.Locator(".more")).ToContainTextAsync(FiftyOf());
        var count = int.Parse(await page.Count("SUBMITTED").InnerTextAsync(), null);

        while (await column.Locator(".more").CountAsync() > 0)
        {
            var shown = await column.Locator(".card").CountAsync();
            await column.Locator(".more").ClickAsync();
            await Expect(column.Locator($".card:nth-child({shown + 1})")).ToHaveCountAsync(1);
        }

        await Expect(column.Locator(".card")).ToHaveCountAsync(count);
        Assert.That(
            await column.Locator(".card").EvaluateAllAsync<int>("cards => new Set(cards.map(c => c.dataset.id)).size"),
            Is.EqualTo(count), "none stands there twice");
        await Promptly.Happens(TimeSpan.FromMilliseconds(100), "a frame while scrolling is drawn", async () =>
            TimeSpan.FromMilliseconds(await column.EvaluateAsync<double>(
                """
                async column => {
                    let slowest = 0;
                    let last = await new Promise(requestAnimationFrame);
                    for (let step = 0; step < 40; step++) {
                        column.scrollTop += 500;
                        const now = await new Promise(requestAnimationFrame);
                        slowest = Math.max(slowest, now - last);
                        last = now;
                    }
                    return slowest;
                }
                """)));
    }

    [GeneratedRegex("50.? of ")]
    private static partial Regex FiftyOf();

    /// <summary>The sample's tenth is active.</summary>
    private protected override async Task FillAsync(TestDatabase database)
    {
        await using (await MesHost.StartAsync(database.ConnectionString, TestServers.RequireRedis()))
        {
            // It migrates the database.
        }

        await SampleDatabase.FillAsync(database.ConnectionString, Active * 10, countReads: false);
    }
}

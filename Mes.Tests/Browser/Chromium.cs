using Mes.Tests.Support;
using Microsoft.Playwright;
using NUnit.Framework;

namespace Mes.Tests.Browser;

/// <summary>One real Chromium for all tests of the board page. Each test has contexts of its own in it.</summary>
[SetUpFixture]
public sealed class Chromium
{
    /// <summary>Long, since what the page promises by the clock is measured elsewhere. Milliseconds.</summary>
    private const float Patience = 30_000;

    /// <summary>
    /// As root no sandbox starts; and nothing that the browser does by itself should leave the machine.
    /// </summary>
    private static readonly string[] Arguments =
    [
        "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
        "--disable-component-update", "--disable-sync",
    ];

    private static IPlaywright? _playwright;
    private static IBrowser? _browser;

    /// <summary>Starts the browser with the first test that needs it.</summary>
    internal static async Task<IBrowser> BrowserAsync()
    {
        if (_browser is null)
        {
            var program = TestServers.RequireChromium();
            _playwright = await Playwright.CreateAsync();
            Assertions.SetDefaultExpectTimeout(Patience);
            _browser = await _playwright.Chromium.LaunchAsync(new()
            {
                ExecutablePath = program,
                Args = Arguments,
                Timeout = Patience * 2,
            });
        }

        return _browser;
    }

    [OneTimeTearDown]
    public async Task Close()
    {
        if (_browser is not null)
        {
            await _browser.CloseAsync();
        }

        _playwright?.Dispose();
    }
}

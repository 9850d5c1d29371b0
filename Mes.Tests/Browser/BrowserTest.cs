using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Mes.Tests.Http;
using Mes.Tests.Support;
using Microsoft.Playwright;
using NUnit.Framework;

namespace Mes.Tests.Browser;

/// <summary>
/// A fixture that works the board in a real browser. After each test: no request has gone to another origin, the
/// content security policy has refused nothing, and no script has failed.
/// </summary>
[Category("Browser")]
public abstract class BrowserTest
{
    private static readonly IReadOnlyDictionary<string, string> Operators = new Dictionary<string, string>
    {
        ["claim"] = MesHost.Anna,
        ["completion"] = MesHost.Anna,
        ["packaging"] = MesHost.Anna,
        ["shipment"] = MesHost.Anna,
    };

    private readonly List<IBrowserContext> _contexts = [];
    private readonly ConcurrentQueue<string> _faults = [];

    /// <summary>The instance that the fixture's tests ask about the truth.</summary>
    private protected abstract MesHost Host { get; }

    /// <summary>Where the browser goes; not the instance itself if a proxy stands between.</summary>
    private protected virtual Uri Address => Host.Address;

    private protected OrdersClient As(string key) => new(() => Host, key);

    [TearDown]
    public async Task CloseContexts()
    {
        foreach (var context in _contexts)
        {
            await context.CloseAsync();
        }

        _contexts.Clear();
        var faults = _faults.ToArray();
        _faults.Clear();
        Assert.That(faults, Is.Empty);
    }

    /// <summary>Another browser with no cookies, no storage, and a tab.</summary>
    private protected async Task<BoardPage> NewPageAsync(BrowserNewContextOptions? options = null)
    {
        var browser = await Chromium.BrowserAsync();
        var context = await browser.NewContextAsync(options ?? new()
        {
            ViewportSize = new() { Width = 1440, Height = 900 },
            Locale = "en-GB",
            TimezoneId = "Europe/Berlin",
        });
        _contexts.Add(context);
        Watch(context);
        return await NewTabAsync(context);
    }

    private protected async Task<BoardPage> NewTabAsync(IBrowserContext context) =>
        new(await context.NewPageAsync(), Address);

    /// <summary>A page that is signed in and live.</summary>
    private protected async Task<BoardPage> EnteredAsync(string key, string path = "/")
    {
        var page = await NewPageAsync();
        await page.EnterAsync(key, path);
        return page;
    }

    /// <summary>A new order in this status; from the claim on it is Anna's.</summary>
    private protected async Task<Guid> OrderInAsync(string status, JsonObject? submission = null)
    {
        var id = (await As(MesHost.Alpha).SubmitAsync(submission)).Should(201).Id;
        foreach (var step in Lifecycle.WayTo(status))
        {
            await ChangeAsync(id, step.Action);
        }

        return id;
    }

    private protected async Task<HttpAnswer> ChangeAsync(Guid id, string action, string? key = null) =>
        (await As(key ?? Operators.GetValueOrDefault(action, MesHost.Crm)).ChangeAsync(id, action)).Should(200);

    private protected async Task<string?> StatusOfAsync(Guid id) =>
        (await As(MesHost.Crm).StatusAsync(id)).Should(200).StatusName;

    private void Watch(IBrowserContext context)
    {
        context.Request += (_, request) =>
        {
            var asked = new Uri(request.Url);
            if (asked.Scheme is not ("data" or "blob" or "about") && asked.Authority != Address.Authority)
            {
                _faults.Enqueue($"a request to another origin: {asked}");
            }
        };
        context.Console += (_, message) =>
        {
            // The browser itself reports each answer that is an error; tests cause those on purpose.
            if (message.Type == "error" && !message.Text.StartsWith("Failed to load", StringComparison.Ordinal))
            {
                _faults.Enqueue($"an error on the console: {message.Text}");
            }
        };
        context.WebError += (_, error) => _faults.Enqueue($"a script has failed: {error.Error}");
    }
}

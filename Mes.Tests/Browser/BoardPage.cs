using Microsoft.Playwright;

namespace Mes.Tests.Browser;

/// <summary>The board in one tab, by what its reader sees and does.</summary>
internal sealed class BoardPage(IPage page, Uri address)
{
    /// <summary>Longer than the page waits for a scanner's next character. Milliseconds.</summary>
    private const float KeyPause = 120;

    public IPage Page => page;

    public ILocator Freshness => page.Locator("#freshness");

    public ILocator Panel => page.GetByRole(AriaRole.Complementary);

    public ILocator Dialog => page.GetByRole(AriaRole.Dialog);

    public ILocator Search => page.Locator("#search");

    public ILocator SignIn => page.Locator("#key");

    /// <summary>What a screen reader has been told.</summary>
    public ILocator Said => page.Locator("#said, #warned");

    public ILocator Card(Guid id) => page.Locator($".card[data-id='{id}']");

    public ILocator Column(string status) => page.Locator($".column[data-status='{status}']");

    public ILocator CardIn(string status, Guid id) => Column(status).Locator($".card[data-id='{id}']");

    public ILocator Count(string status) => Column(status).Locator(".count");

    public ILocator Button(string name) => page.GetByRole(AriaRole.Button, new() { Name = name, Exact = true });

    public Task GoAsync(string path = "/") => page.GotoAsync(new Uri(address, path).ToString());

    /// <summary>Opens the page and signs in as a person would.</summary>
    public async Task EnterAsync(string key, string path = "/")
    {
        await GoAsync(path);
        await SignInAsync(key);
    }

    public async Task SignInAsync(string key)
    {
        await SignIn.FillAsync(key);
        await SignIn.PressAsync("Enter");
        await IsLiveAsync();
    }

    public Task IsLiveAsync() => Assertions.Expect(Freshness).ToHaveTextAsync("live");

    public Task HasAsync(string status, Guid id) => Assertions.Expect(CardIn(status, id)).ToHaveCountAsync(1);

    /// <summary>Presses a key and lets it count: a command waits for an instant, in case a scanner is typing.</summary>
    public async Task PressAsync(string key)
    {
        await page.Keyboard.PressAsync(key);
        await page.WaitForTimeoutAsync(KeyPause);
    }

    /// <summary>Types as a barcode scanner does: fast, and Enter at the end.</summary>
    public async Task ScanAsync(string code)
    {
        await page.WaitForTimeoutAsync(KeyPause);
        await page.EvaluateAsync(
            """
            code => {
                const press = (key, code) => document.activeElement.dispatchEvent(
                    new KeyboardEvent('keydown', { key, code, bubbles: true, cancelable: true }));
                for (const character of code) {
                    const isTyped = press(character, `Key${character.toUpperCase()}`);
                    if (isTyped && document.activeElement instanceof HTMLInputElement) {
                        document.activeElement.value += character;
                    }
                }
                press('Enter', 'Enter');
            }
            """,
            code);
    }

    /// <summary>The scroll position of a column and the top of a card in the window.</summary>
    public async Task<double> TopOfAsync(Guid id) =>
        (await Card(id).BoundingBoxAsync() ?? throw new InvalidOperationException($"no card {id}")).Y;

    /// <summary>The id of the card that has the focus.</summary>
    public Task<string?> FocusedCardAsync() => page.EvaluateAsync<string?>(
        "() => document.activeElement?.closest('.card')?.dataset.id ?? null");
}

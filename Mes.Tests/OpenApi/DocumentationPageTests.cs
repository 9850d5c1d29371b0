using System.Net;
using System.Text.RegularExpressions;
using NUnit.Framework;

namespace Mes.Tests.OpenApi;

/// <summary>The page that shows the description to people. Their network may reach nothing but the service.</summary>
[Category("Embedded")]
internal sealed partial class DocumentationPageTests : OpenApiFixture
{
    [Test]
    public async Task It_shows_the_description_and_everything_on_it_comes_from_the_service()
    {
        using var page = await Host.SendAsync(HttpMethod.Get, "/docs");
        var html = await page.EnsureSuccessStatusCode().Content.ReadAsStringAsync();
        var at = page.RequestMessage!.RequestUri!;

        Assert.That(page.Content.Headers.ContentType!.MediaType, Is.EqualTo("text/html"));
        Assert.That(html, Does.Contain("openapi/v1.json"));
        Assert.That(html, Does.Not.Match("""(https?:)?//[A-Za-z0-9]"""));

        var scripts = Sources().Matches(html).Select(match => new Uri(at, match.Groups[1].Value)).ToArray();
        Assert.That(scripts, Is.Not.Empty);
        foreach (var script in scripts)
        {
            Assert.That(script.Authority, Is.EqualTo(Host.Address.Authority));
            using var answer = await Host.SendAsync(HttpMethod.Get, script.PathAndQuery);
            Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK), script.ToString());
            Assert.That(await answer.Content.ReadAsByteArrayAsync(), Is.Not.Empty, script.ToString());
        }
    }

    [Test]
    public async Task It_fetches_no_fonts_and_sends_no_telemetry()
    {
        using var page = await Host.SendAsync(HttpMethod.Get, "/docs/");
        var html = await page.Content.ReadAsStringAsync();

        Assert.Multiple(() =>
        {
            Assert.That(html, Does.Contain("\"withDefaultFonts\":false"));
            Assert.That(html, Does.Contain("\"telemetry\":false"));
            Assert.That(html, Does.Contain("\"agent\":{\"disabled\":true}"));
        });
    }

    [Test]
    public async Task Its_browser_is_told_to_ask_no_other_host_and_to_run_its_own_scripts_only()
    {
        using var page = await Host.SendAsync(HttpMethod.Get, "/docs/");
        using var again = await Host.SendAsync(HttpMethod.Get, "/docs/");
        var policy = Policy(page);
        var nonce = policy["script-src"].Single(
            source => source.StartsWith("'nonce-", StringComparison.Ordinal))["'nonce-".Length..^1];
        var html = await page.Content.ReadAsStringAsync();

        Assert.Multiple(() =>
        {
            Assert.That(policy["default-src"], Is.EqualTo(new[] { "'none'" }));
            Assert.That(policy["frame-ancestors"], Is.EqualTo(new[] { "'none'" }));
            Assert.That(policy["script-src"], Is.EquivalentTo(new[] { "'self'", $"'nonce-{nonce}'" }),
                "nothing inline, no eval");

            // Schemes without a host (data:, blob:) stay inside the browser; a host or a wildcard would not.
            Assert.That(
                policy.Where(directive => directive.Key != "script-src").SelectMany(directive => directive.Value)
                    .Distinct(),
                Is.SubsetOf(new[] { "'none'", "'self'", "'unsafe-inline'", "data:", "blob:" }));
            Assert.That(Convert.FromHexString(nonce), Has.Length.EqualTo(16));
            Assert.That(Policy(again)["script-src"], Has.None.Contains(nonce), "another one each time");
            Assert.That(InlineScripts().Matches(html).Select(match => match.Value),
                Is.Not.Empty.And.All.Contains($"nonce=\"{nonce}\""));
            Assert.That(html, Does.Not.Match("\\son[a-z]+="), "no handler in an attribute");
        });
    }

    private static Dictionary<string, string[]> Policy(HttpResponseMessage page) =>
        page.Headers.GetValues("Content-Security-Policy").Single().Split("; ").Select(directive => directive.Split(' '))
            .ToDictionary(words => words[0], words => words[1..]);

    [GeneratedRegex("<script(?![^>]*src=)[^>]*>")]
    private static partial Regex InlineScripts();

    [GeneratedRegex("(?:src=\"|from ')([^\"']+)[\"']")]
    private static partial Regex Sources();
}

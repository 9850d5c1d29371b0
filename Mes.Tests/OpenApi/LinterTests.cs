using System.Text.Json.Nodes;
using Mes.Tests.Support;
using NUnit.Framework;

namespace Mes.Tests.OpenApi;

/// <summary>
/// Spectral, with its rules for OpenAPI and those of OWASP, and Redocly with its recommended rules find nothing to
/// mend in the API's description. <c>Linters</c> has the rules that are off, with the reasons.
/// </summary>
[Category("Node")]
internal sealed class LinterTests
{
    private const string Description = "v1.json";

    private static readonly string[] Spectral = ["lint", Description, "--fail-severity=warn", "--format=text"];

    private static readonly string[] Redocly = ["lint", Description, "--format=json"];

    private NodeWorkspace _workspace = null!;

    [OneTimeSetUp]
    public async Task InstallAsync() => _workspace = await NodeWorkspace.InstallAsync("Mes.Tests/OpenApi/Linters");

    [OneTimeTearDown]
    public async Task RemoveAsync() => await (_workspace?.DisposeAsync() ?? default);

    [Test]
    public async Task Spectral_finds_nothing()
    {
        await DescribeAsync(_ => { });

        var (code, output) = await _workspace.RunAsync("spectral", Spectral);

        Assert.That(code, Is.Zero, output);
    }

    [Test]
    public async Task Redocly_finds_nothing()
    {
        await DescribeAsync(_ => { });

        Assert.That(await RedoclyRulesAsync(), Is.Empty);
    }

    [Test]
    public async Task Each_finds_what_is_planted()
    {
        await DescribeAsync(api =>
        {
            // Only a path and what it needs, because linting takes time.
            api["paths"] = new JsonObject { ["/api/v1/events"] = api["paths"]!["/api/v1/events"]!.DeepClone() };
            api["paths"]!["/api/v1/events"]!["get"]!["operationId"] = "list events";
            api["components"]!["schemas"]!["EventDocument"]!["properties"]!["type"]!.AsObject().Remove("maxLength");
        });

        var (code, output) = await _workspace.RunAsync("spectral", Spectral);

        Assert.Multiple(() =>
        {
            Assert.That(code, Is.Not.Zero);
            Assert.That(output, Does.Contain("owasp:api4:2023-string-limit"));
            Assert.That(output, Does.Contain("operation-operationId-valid-in-url"));
        });
        Assert.That(await RedoclyRulesAsync(), Does.Contain("operation-operationId-url-safe"));
    }

    private async Task DescribeAsync(Action<JsonObject> change)
    {
        var api = JsonNode.Parse((await ApiDescription.CurrentAsync()).Text)!.AsObject();
        change(api);
        await File.WriteAllTextAsync(Path.Combine(_workspace.Folder, Description), api.ToJsonString());
    }

    /// <returns>The rules that the description breaks.</returns>
    private async Task<IEnumerable<string>> RedoclyRulesAsync()
    {
        var (_, output) = await _workspace.RunAsync("redocly", Redocly, ("REDOCLY_TELEMETRY", "off"));
        var report = JsonNode.Parse(output[output.IndexOf('{')..(output.LastIndexOf('}') + 1)])!;
        return [.. report["problems"]!.AsArray().Select(problem => $"{problem!["ruleId"]}")];
    }
}

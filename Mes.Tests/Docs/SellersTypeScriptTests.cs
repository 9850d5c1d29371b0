using System.Globalization;
using System.Text.RegularExpressions;
using Mes.Tests.Support;
using NUnit.Framework;

namespace Mes.Tests.Docs;

/// <summary>
/// Does in TypeScript what docs/sellers.md says, and runs the shop of docs/examples as its readme says, both against
/// one embedded service and with the packages of the shop's lock file.
/// </summary>
[Category("Node")]
internal sealed partial class SellersTypeScriptTests
{
    /// <summary>What the types must allow, and what they must not.</summary>
    private const string Types = """
        import type { components, paths } from "./mes.js";

        type Schemas = components["schemas"];
        declare const order: Schemas["OrderDocument"];
        declare const problem: paths["/api/v1/orders"]["post"]["responses"][409]["content"]["application/problem+json"];

        export const notes: string | null = order.notes;
        export const at: string = order.createdAt;
        // @ts-expect-error there is no price before it is set
        export const amount = order.price.amount;
        // @ts-expect-error there is no such status
        export const status: Schemas["OrderStatus"] = "LOST";
        // @ts-expect-error only one of the problems has an id
        export const unknown = problem.id;
        export const id = problem.type === "/problems/duplicate-external-id" ? problem.id : undefined;
        export const body: Schemas["SubmitOrderBody"] = {
          externalId: "1",
          model: { fileName: "a.stl", sha256: "0", polygonCount: 1 },
          material: "PA12",
          quantity: 1,
          // @ts-expect-error the service would refuse it
          status: "SHIPPED",
        };
        """;

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    private MesHost? _service;
    private NodeWorkspace? _workspace;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        _workspace = await NodeWorkspace.InstallAsync("docs/examples/shop");
        _service = await MesHost.StartEmbeddedAsync();
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        await (_service?.DisposeAsync() ?? default);
        await (_workspace?.DisposeAsync() ?? default);
    }

    [Test]
    public async Task The_page_works_in_TypeScript_with_types_that_know_what_may_be_null()
    {
        var folder = _workspace!.Folder;
        var code = string.Concat(Documents.Code(Documents.Sellers, "ts"));
        await File.WriteAllTextAsync(Path.Combine(folder, "shop.ts"), Terminal.At(_service!.Address, code));
        await File.WriteAllTextAsync(Path.Combine(folder, "types.ts"), Types);

        await Terminal.PasteAsync(
            Documents.Steps(Documents.Sellers, "sh typescript"), _service.Address, folder, Limit);

        var (status, output) = await _workspace.RunAsync(
            "tsc", ["--noEmit", "--strict", "--module", "nodenext", "--target", "es2022", "--skipLibCheck", "types.ts"]);
        Assert.That(status, Is.Zero, output);
    }

    [Test]
    public async Task The_shop_follows_its_orders_to_their_ends()
    {
        var (status, output) = await Command.RunAsync(
            _workspace!.Folder, ["npm", "start"], Limit, [("MES_URL", _service!.Address.ToString().TrimEnd('/'))]);

        Assert.That(status, Is.Zero, output);
        Assert.That(output, Does.Contain("All orders are finished."));
        var told = Line().Matches(output)
            .ToLookup(line => (Way: line.Groups[1].Value, Order: line.Groups[2].Value), line => line.Groups[3].Value);
        Assert.That(told.Select(line => line.Key.Way).Distinct(), Is.EquivalentTo(new[] { "feed", "webhook" }), output);
        Assert.Multiple(() =>
        {
            foreach (var order in told)
            {
                // A webhook may come twice where a machine is slow.
                Assert.That(
                    order.Distinct(),
                    Is.EqualTo(Enumerable.Range(1, 1 + Lifecycle.WayTo("CLOSED").Count())
                        .Select(version => version.ToString(CultureInfo.InvariantCulture))),
                    $"{order.Key}");
            }
        });
    }

    [GeneratedRegex(@"^(feed|webhook): (\S+) [A-Z_]+ \(version ([0-9]+)(?:, known)?\)$", RegexOptions.Multiline)]
    private static partial Regex Line();
}

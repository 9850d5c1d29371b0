using System.Reflection;
using System.Runtime.Loader;
using Mes.Tests.Http;
using Mes.Tests.OpenApi;
using Mes.Tests.Support;
using NUnit.Framework;

namespace Mes.Tests.Docs;

/// <summary>
/// Does what docs/sellers.md says, with <c>curl</c> and in C#: the commands are pasted into a shell, the pieces of code
/// are put together to a program. <see cref="SellersTypeScriptTests"/> does it in TypeScript.
/// </summary>
[Category("Embedded")]
internal sealed class SellersPageTests
{
    /// <summary>The packages of NSwag are fetched and a program is built.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    private MesHost _service = null!;
    private TemporaryDirectory _folder = null!;

    [OneTimeSetUp]
    public async Task StartAsync() => _service = await MesHost.StartEmbeddedAsync();

    [OneTimeTearDown]
    public async Task StopAsync() => await _service.DisposeAsync();

    [SetUp]
    public void MakeFolder() => _folder = new TemporaryDirectory();

    [TearDown]
    public async Task RemoveFolder() => await _folder.DisposeAsync();

    [Test]
    public Task The_page_works_with_curl() =>
        Terminal.PasteAsync(Documents.Steps(Documents.Sellers), _service.Address, _folder.Path, Limit);

    [Test]
    public async Task The_page_works_in_CSharp_with_a_client_that_knows_what_may_be_null()
    {
        var code = string.Join('\n', Documents.Code(Documents.Sellers, "csharp"));
        await File.WriteAllTextAsync(
            Path.Combine(_folder.Path, "Program.cs"), Terminal.At(_service.Address, code));
        var steps = Documents.Steps(Documents.Sellers, "sh csharp").ToList();
        steps.Insert(steps.Count - 1, new Documents.Step("cp ../Program.cs .\nexport TreatWarningsAsErrors=true\n", []));

        await Terminal.PasteAsync(steps, _service.Address, _folder.Path, Limit);

        var context = new AssemblyLoadContext("client", isCollectible: true);
        await using (var file = File.OpenRead(Path.Combine(_folder.Path, "shop", "bin", "Debug", "net10.0", "shop.dll")))
        {
            AssertTypes(context.LoadFromStream(file), (await ApiDescription.CurrentAsync()).Operations);
        }

        context.Unload();
    }

    private static void AssertTypes(Assembly client, IEnumerable<DescribedOperation> operations)
    {
        var order = client.GetType("Mes.OrderDocument", throwOnError: true)!;
        var nullability = new NullabilityInfoContext();
        var methods = client.GetType("Mes.MesClient", throwOnError: true)!.GetMethods().Select(method => method.Name);
        Assert.Multiple(() =>
        {
            Assert.That(
                order.GetProperties()
                    .Where(property => nullability.Create(property).ReadState == NullabilityState.Nullable)
                    .Select(property => property.Name),
                Is.EquivalentTo(new[] { "DueAt", "Notes", "Price", "OperatorId", "Shipment" }));
            Assert.That(order.GetProperty("Id")!.PropertyType, Is.EqualTo(typeof(Guid)));
            Assert.That(order.GetProperty("CreatedAt")!.PropertyType, Is.EqualTo(typeof(DateTimeOffset)));
            Assert.That(order.GetProperty("DueAt")!.PropertyType, Is.EqualTo(typeof(DateTimeOffset?)));
            Assert.That(Enum.GetNames(order.GetProperty("Status")!.PropertyType), Is.EqualTo(Lifecycle.Statuses));
            Assert.That(
                order.GetProperty("Price")!.PropertyType.GetProperty("Amount")!.PropertyType,
                Is.EqualTo(typeof(decimal)));
            Assert.That(
                operations.Select(operation => $"{operation.Content["operationId"]}")
                    .Select(id => $"{char.ToUpperInvariant(id[0])}{id[1..]}Async")
                    .Except(methods),
                Is.Empty);
        });
    }
}

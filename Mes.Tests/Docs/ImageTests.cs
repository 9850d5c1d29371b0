using System.Text.Json;
using NUnit.Framework;

namespace Mes.Tests.Docs;

/// <summary>The packages of the production image, by the lock file that it is restored with.</summary>
[Category("Unit")]
internal sealed class ImageTests
{
    private static readonly string[] Embedded = ["Garnet", "Sqlite", "SQLitePCLRaw", "Mes.Embedded"];

    [Test]
    public void The_image_carries_no_embedded_engine()
    {
        var names = Packages("packages.no-embedded.lock.json", _ => true).Keys;

        Assert.That(names, Is.Not.Empty);
        Assert.That(names.Where(name => Embedded.Any(part => name.Contains(part, StringComparison.OrdinalIgnoreCase))), Is.Empty);
    }

    [Test]
    public void The_image_has_the_versions_that_the_project_has_chosen()
    {
        var inImage = Packages("packages.no-embedded.lock.json", _ => true);

        var chosen = Packages("packages.lock.json", IsChosen).Where(package => inImage.ContainsKey(package.Key));

        Assert.That(
            Packages("packages.no-embedded.lock.json", IsChosen),
            Is.EquivalentTo(chosen),
            "run: dotnet restore -p:MesEmbedded=false --force-evaluate");
    }

    private static bool IsChosen(JsonElement package) => package.GetProperty("type").GetString() is "Direct" or "CentralTransitive";

    /// <summary>From name to version; projects have none.</summary>
    private static Dictionary<string, string?> Packages(string file, Func<JsonElement, bool> counts)
    {
        using var json = JsonDocument.Parse(File.ReadAllText(Path.Combine(Readme.Root, "Mes.Api", file)));
        return json.RootElement.GetProperty("dependencies").EnumerateObject()
            .SelectMany(framework => framework.Value.EnumerateObject())
            .Where(package => counts(package.Value))
            .ToDictionary(
                package => package.Name,
                package => package.Value.TryGetProperty("resolved", out var version) ? version.GetString() : null,
                StringComparer.OrdinalIgnoreCase);
    }
}

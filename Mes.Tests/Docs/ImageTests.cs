using System.Text.Json;
using System.Text.RegularExpressions;
using Mes.Api.Commands;
using NUnit.Framework;

namespace Mes.Tests.Docs;

/// <summary>The packages of the production image, from the lock file with which it is restored.</summary>
[Category("Unit")]
internal sealed class ImageTests
{
    private static readonly string[] Embedded = ["Garnet", "Sqlite", "SQLitePCLRaw", "Mes.Embedded"];

    [Test]
    public void The_image_carries_no_embedded_engine()
    {
        var names = Packages("packages.no-embedded.lock.json", _ => true).Keys;

        Assert.That(names, Is.Not.Empty);
        Assert.That(names.Where(name => Embedded.Any(part => name.Contains(part, StringComparison.OrdinalIgnoreCase))),
            Is.Empty);
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

    [Test]
    public void The_image_is_asked_for_its_health_by_the_program_itself_at_a_port_of_its_own()
    {
        var dockerfile = Documents.Read("docker/Dockerfile");
        var operations = Regex.Match(dockerfile, @"Mes__Operations__Urls=http://\*:([0-9]+)").Groups[1].Value;

        Assert.That(operations, Is.Not.Empty);
        Assert.That(Regex.Match(dockerfile, "EXPOSE (.*)").Groups[1].Value.Split(' '), Does.Contain(operations));
        Assert.That(
            dockerfile, Does.Contain($"""CMD ["dotnet", "Mes.Api.dll", "{HealthProbe.Command}"]""")
                .And.Not.Contain("bash"));
        Assert.That(Documents.Read("docker/proxy/haproxy.cfg"), Does.Contain($"check port {operations} "));
    }

    [Test]
    public void The_user_of_Redis_has_the_rights_that_the_document_names()
    {
        var documented = Regex.Match(Documents.Operating, @"ACL SETUSER mes on >PASSWORD (.*)").Groups[1].Value;
        var given = Regex.Match(Documents.Read("docker/redis/start.sh"), @"user mes on >\$password (.*)").Groups[1].Value;

        Assert.That(documented, Is.Not.Empty);
        Assert.That(given.Split(' '), Is.EquivalentTo(documented.Split(' ').Append("$setinfo")));
    }

    [Test]
    public void The_connections_of_four_instances_fit_into_the_servers()
    {
        var compose = Documents.Read("docker/compose.yaml");
        var pool = int.Parse(Regex.Match(compose, "Maximum Pool Size=([0-9]+)").Groups[1].Value);
        var server = int.Parse(Regex.Match(compose, "max_connections=([0-9]+)").Groups[1].Value);

        Assert.That((4 * pool) + 20, Is.LessThanOrEqualTo(server));
    }

    private static bool IsChosen(JsonElement package) =>
        package.GetProperty("type").GetString() is "Direct" or "CentralTransitive";

    /// <summary>Versions by package name; projects have none.</summary>
    private static Dictionary<string, string?> Packages(string file, Func<JsonElement, bool> counts)
    {
        using var json = JsonDocument.Parse(File.ReadAllText(Path.Combine(Documents.Root, "Mes.Api", file)));
        return json.RootElement.GetProperty("dependencies").EnumerateObject()
            .SelectMany(framework => framework.Value.EnumerateObject())
            .Where(package => counts(package.Value))
            .ToDictionary(
                package => package.Name,
                package => package.Value.TryGetProperty("resolved", out var version) ? version.GetString() : null,
                StringComparer.OrdinalIgnoreCase);
    }
}

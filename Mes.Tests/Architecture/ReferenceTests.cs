using System.Text.Json.Nodes;
using System.Xml.Linq;
using NUnit.Framework;

namespace Mes.Tests.Architecture;

[Category("Unit")]
internal sealed class ReferenceTests
{
    private static IEnumerable<string> Files =>
        [.. Source.Projects.Select(file => Path.GetRelativePath(Source.Root, file)), "Directory.Build.props",
            "Directory.Packages.props"];

    [TestCaseSource(nameof(Files))]
    public void A_project_references_only_what_it_may(string file)
    {
        var violations = ReferenceRules.Violations(
            Path.GetFileNameWithoutExtension(file), File.ReadAllText(Path.Combine(Source.Root, file)));

        Assert.That(violations, Is.Empty);
    }

    [Test]
    public void The_tool_that_writes_migrations_is_of_the_version_of_the_packages()
    {
        var tools = JsonNode.Parse(File.ReadAllText(Path.Combine(Source.Root, ".config", "dotnet-tools.json")))!;
        var packages = XDocument.Load(Path.Combine(Source.Root, "Directory.Packages.props"));

        Assert.That(
            tools["tools"]!["dotnet-ef"]!["version"]!.GetValue<string>(),
            Is.EqualTo((string?)packages.Descendants("PackageVersion")
                .Single(package => (string?)package.Attribute("Include") == "Microsoft.EntityFrameworkCore.Design")
                .Attribute("Version")),
            "Set the version in .config/dotnet-tools.json");
    }

    [Test]
    public void The_five_projects_of_the_product_are_looked_at() =>
        Assert.That(
            Source.Projects.Select(Path.GetFileNameWithoutExtension),
            Is.SupersetOf(new[] { "Mes.Domain", "Mes.Application", "Mes.Infrastructure", "Mes.Embedded", "Mes.Api" }));

    [TestCase("Mes.Domain", """<PackageReference Include="MediatR" />""", "Mes.Domain must not reference the package MediatR")]
    [TestCase("Mes.Application", """<PackageReference Include="StackExchange.Redis" />""", "Mes.Application must not reference the package StackExchange.Redis")]
    [TestCase("Mes.Application", """<FrameworkReference Include="Microsoft.AspNetCore.App" />""", "Mes.Application must not reference the package Microsoft.AspNetCore.App")]
    [TestCase("Mes.Application", """<ProjectReference Include="..\Mes.Infrastructure\Mes.Infrastructure.csproj" />""", "Mes.Application must not reference the project Mes.Infrastructure")]
    [TestCase("Mes.Infrastructure", """<ProjectReference Include="../Mes.Api/Mes.Api.csproj" Condition="'$(Never)' == 'true'" />""", "Mes.Infrastructure must not reference the project Mes.Api")]
    [TestCase("Mes.Tests", """<ProjectReference Include="..\Mes.Reports\Mes.Reports.csproj" />""", "Mes.Tests must not reference the project Mes.Reports")]
    [TestCase("Mes.Reports", "", "Mes.Reports is a new project")]
    [TestCase("Directory.Packages", """<GlobalPackageReference Include="MediatR" Version="1" />""", "Directory.Packages must not reference the package MediatR")]
    public void A_forbidden_reference_is_caught(string name, string reference, string violation)
    {
        var project = $"""<Project Sdk="Microsoft.NET.Sdk"><ItemGroup>{reference}</ItemGroup></Project>""";

        Assert.That(
            ReferenceRules.Violations(name, project).Single(), Does.StartWith($"{violation}: "),
                "what is wrong, and what to do");
    }
}

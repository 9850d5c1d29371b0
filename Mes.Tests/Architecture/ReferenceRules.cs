using System.Xml.Linq;

namespace Mes.Tests.Architecture;

/// <summary>The projects and packages that each project may reference.</summary>
internal static class ReferenceRules
{
    private static readonly Dictionary<string, Allowed> ByProject = new()
    {
        ["Mes.Domain"] = new([], []),
        ["Mes.Application"] = new(
            ["Mes.Domain"],
            ["MediatR", "FluentValidation.DependencyInjectionExtensions", "Microsoft.Extensions.Logging.Abstractions"]),
        ["Mes.Infrastructure"] = new(
            ["Mes.Application"],
            [
                "Microsoft.AspNetCore.App",
                "Npgsql.EntityFrameworkCore.PostgreSQL",
                "Microsoft.EntityFrameworkCore.Relational",
                "Microsoft.EntityFrameworkCore.Design",
                "Microsoft.Extensions.Caching.StackExchangeRedis",
                "StackExchange.Redis",
            ]),
        ["Mes.Embedded"] = new(
            ["Mes.Infrastructure"],
            ["Microsoft.EntityFrameworkCore.Sqlite", "Microsoft.EntityFrameworkCore.Design", "Microsoft.Garnet"]),
        ["Mes.Api"] = new(
            ["Mes.Application", "Mes.Infrastructure", "Mes.Embedded"],
            [
                "Microsoft.AspNetCore.OpenApi",
                "Scalar.AspNetCore",
                "Serilog.AspNetCore",
                "System.CommandLine",
                "OpenTelemetry.Extensions.Hosting",
                "OpenTelemetry.Exporter.OpenTelemetryProtocol",
                "OpenTelemetry.Exporter.Prometheus.AspNetCore",
                "OpenTelemetry.Instrumentation.AspNetCore",
                "Npgsql.OpenTelemetry",
            ]),

        // References no project of the service, so that the service's code cannot take part in its own check.
        ["Mes.Chaos"] = new([], ["Npgsql", "StackExchange.Redis", "System.CommandLine"]),

        // Starts the servers with the code of the chaos run. References no project of the service either.
        ["Mes.Benchmarks"] = new(["Mes.Chaos"], ["Npgsql", "ScottPlot", "StackExchange.Redis", "System.CommandLine"]),

        // The service with other caches: the only place that may name caching libraries.
        ["Mes.Contenders"] = new(
            ["Mes.Api"],
            [
                "Microsoft.AspNetCore.OutputCaching.StackExchangeRedis",
                "Microsoft.Extensions.Caching.Hybrid",
                "Microsoft.Extensions.Caching.StackExchangeRedis",
                "Npgsql",
                "StackExchange.Redis",
                "ZiggyCreatures.FusionCache",
                "ZiggyCreatures.FusionCache.Backplane.StackExchangeRedis",
                "ZiggyCreatures.FusionCache.Serialization.SystemTextJson",
            ]),

        // Tests may use any package; no other project may reference them. They reference the chaos run to test its
        // checker, because a checker that cannot fail proves nothing. They reference the benchmarks to examine query
        // plans on the sample data.
        ["Mes.Tests"] = new(["Mes.Api", "Mes.Embedded", "Mes.Chaos", "Mes.Benchmarks"], null),
        ["Directory.Build"] = new([], ["Microsoft.CodeAnalysis.BannedApiAnalyzers"]),
        ["Directory.Packages"] = new([], []),
    };

    /// <param name="name">The name of the project, or of the file that the build reads for all projects.</param>
    public static IReadOnlyList<string> Violations(string name, string xml)
    {
        if (!ByProject.TryGetValue(name, out var allowed))
        {
            return [$"{name} is a new project: say in ReferenceRules what it may reference"];
        }

        var document = XDocument.Parse(xml);
        var projects = Named(document, "ProjectReference").Select(path => path.Split('/', '\\')[^1])
            .Select(file => Path.GetFileNameWithoutExtension(file));
        var packages = Named(document, "PackageReference", "FrameworkReference", "GlobalPackageReference", "Reference");
        return
        [
            .. projects.Except(allowed.Projects).Select(project =>
                $"{name} must not reference the project {project}: use a port, or allow it in ReferenceRules"),
            .. allowed.Packages is null ? [] : packages.Except(allowed.Packages).Select(package =>
                $"{name} must not reference the package {package}: remove it, or allow it in ReferenceRules"),
        ];
    }

    private static IEnumerable<string> Named(XDocument document, params string[] elements) =>
        document.Descendants()
            .Where(element => elements.Contains(element.Name.LocalName))
            .Select(element => (string?)element.Attribute("Include") ?? "(without a name)");

    /// <param name="Packages">Null allows any package.</param>
    private sealed record Allowed(IReadOnlyList<string> Projects, IReadOnlyList<string>? Packages);
}

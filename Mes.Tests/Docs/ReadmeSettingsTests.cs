using System.Text.RegularExpressions;
using Mes.Api.Http;
using Mes.Infrastructure.Caching;
using NUnit.Framework;

namespace Mes.Tests.Docs;

/// <summary>What the README says of settings, and the lock file of the image, follow the code.</summary>
[Category("Unit")]
internal sealed partial class ReadmeSettingsTests
{
    private static readonly (string Name, Type Options)[] Sections =
    [
        (CacheOptions.Section, typeof(CacheOptions)),
        (FairnessOptions.Section, typeof(FairnessOptions)),
    ];

    private static string[] InSections =>
        [.. Sections.SelectMany(section => section.Options.GetProperties().Select(property => $"{section.Name}:{property.Name}"))];

    [Test]
    public void Every_setting_that_the_code_reads_is_in_the_README()
    {
        var sources = new[] { "Mes.Api", "Mes.Application", "Mes.Infrastructure", "Mes.Embedded" }
            .SelectMany(project => Directory.EnumerateFiles(Path.Combine(Readme.Root, project), "*.cs", SearchOption.AllDirectories))
            .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal));
        var keys = sources
            .SelectMany(file => Key().Matches(File.ReadAllText(file)))
            .Select(match => match.Groups[1].Value)
            .Where(key => !Sections.Any(section => key == section.Name))
            .Concat(InSections)
            .ToHashSet();

        Assert.That(keys, Has.Count.GreaterThan(8));
        Assert.That(keys.Where(key => !Readme.Text.Contains($"| `{key}` |", StringComparison.Ordinal)), Is.Empty);
    }

    [Test]
    public void Every_setting_in_the_README_is_read_by_the_code()
    {
        var code = string.Join('\n', new[] { "Mes.Api", "Mes.Infrastructure" }
            .SelectMany(project => Directory.EnumerateFiles(Path.Combine(Readme.Root, project), "*.cs", SearchOption.AllDirectories))
            .Select(File.ReadAllText));
        var documented = Documented().Matches(Readme.Text).Select(match => match.Groups[1].Value).ToArray();

        Assert.That(documented, Has.Length.GreaterThan(8));
        Assert.That(documented.Where(key => !InSections.Contains(key) && !code.Contains($"\"{key}\"", StringComparison.Ordinal)), Is.Empty);
    }

    [GeneratedRegex("\"((?:Mes|ConnectionStrings):[A-Za-z:]+)\"")]
    private static partial Regex Key();

    [GeneratedRegex("^\\| `((?:Mes|ConnectionStrings):[A-Za-z:]+)` \\|", RegexOptions.Multiline)]
    private static partial Regex Documented();
}

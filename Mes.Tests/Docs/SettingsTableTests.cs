using System.Reflection;
using System.Text.RegularExpressions;
using Mes.Api.Hosting;
using Mes.Api.Http;
using Mes.Domain.Callers;
using Mes.Infrastructure.Events;
using Mes.Infrastructure.RateLimiting;
using Mes.Infrastructure.Redis;
using NUnit.Framework;

namespace Mes.Tests.Docs;

/// <summary>
/// The table in docs/settings.md equals the code's own table of settings, which lists exactly the settings that the
/// code reads.
/// </summary>
[Category("Unit")]
internal sealed partial class SettingsTableTests
{
    private static readonly (string Name, Type Options)[] Sections =
    [
        (CacheOptions.Section, typeof(CacheOptions)),
        (NearCopyOptions.Section, typeof(NearCopyOptions)),
        (EventOptions.Section, typeof(EventOptions)),
        (FairnessOptions.Section, typeof(FairnessOptions)),
        (RateLimitOptions.Section, typeof(RateLimitOptions)),
        .. Enum.GetNames<Role>().Select(role => ($"{RateLimitOptions.Section}:{role}", typeof(RoleLimit))),
    ];

    private static string[] InSections =>
        [.. Sections.SelectMany(
            section => section.Options.GetProperties()
                .Where(property => !Sections.Any(inner => inner.Options == property.PropertyType))
                .Select(property => $"{section.Name}:{property.Name}"))];

    [Test]
    public void The_documents_table_equals_the_codes()
    {
        var rows = Documented().Matches(Documents.Settings).Select(match => match.Value);

        Assert.That(
            rows, Is.EqualTo(Settings.All.Select(
                setting => $"| `{setting.Key}` | {setting.Default} | {setting.Form.Allowed} | {setting.Meaning} |")));
    }

    [Test]
    public void Every_setting_that_the_code_reads_is_in_the_table()
    {
        var sources = new[] { "Mes.Api", "Mes.Application", "Mes.Infrastructure", "Mes.Embedded" }
            .SelectMany(project =>
                Directory.EnumerateFiles(Path.Combine(Documents.Root, project), "*.cs", SearchOption.AllDirectories))
            .Where(file => !file.Contains(
                $"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal));
        var keys = sources
            .SelectMany(file => Key().Matches(File.ReadAllText(file)))
            .Select(match => match.Groups[1].Value)
            .Where(key => key != Ageing.Section && !Sections.Any(section => key == section.Name))
            .Concat(InSections)
            .ToHashSet();

        Assert.That(keys, Has.Count.GreaterThan(8));
        Assert.That(keys, Is.SubsetOf(Settings.All.Select(setting => setting.Key)));
    }

    [Test]
    public void Every_setting_of_the_table_is_read_by_the_code()
    {
        var code = string.Join(
            '\n', Directory.EnumerateFiles(Path.Combine(Documents.Root, "Mes.Api"), "*.cs", SearchOption.AllDirectories)
                .Select(File.ReadAllText));
        var named = typeof(Settings).GetFields(BindingFlags.Public | BindingFlags.Static)
            .Where(field => field.IsLiteral
                && field.GetRawConstantValue() is string
                && code.Contains($"Settings.{field.Name}", StringComparison.Ordinal))
            .Select(field => (string)field.GetRawConstantValue()!);

        Assert.That(
            Settings.All.Select(setting => setting.Key),
            Is.SubsetOf(InSections.Concat(named).Concat(Ageing.All.Select(setting => setting.Key))));
    }

    [Test]
    public void Every_default_is_allowed()
    {
        foreach (var setting in Settings.All.Where(setting => setting.Default.Length > 0))
        {
            var value = Value().Match(setting.Default).Groups[1].Value;

            Assert.That(setting.Objection(value), Is.Null, setting.Key);
        }
    }

    [GeneratedRegex("\"((?:Mes|ConnectionStrings):[A-Za-z:]+)\"")]
    private static partial Regex Key();

    [GeneratedRegex("^\\| `(?:Mes|ConnectionStrings):[A-Za-z_:]+` \\|.*$", RegexOptions.Multiline)]
    private static partial Regex Documented();

    [GeneratedRegex("^`([^`]*)`")]
    private static partial Regex Value();
}

using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using NUnit.Framework;

namespace Mes.Tests.Docs;

/// <summary>
/// docs/bug-classes.md has a section for each number that the code names, and names only tests that exist.
/// </summary>
[Category("Unit")]
internal sealed partial class BugClassCatalogueTests
{
    private static readonly string[] Extensions = [".cs", ".lua"];

    private static Dictionary<int, string> Sections { get; } =
        Section().Matches(Documents.Read("docs/bug-classes.md"))
            .ToDictionary(match => Number(match.Groups[1].Value), match => match.Groups[2].Value);

    [Test]
    public void Every_bug_class_that_the_code_names_has_a_section()
    {
        var named = Directory.EnumerateDirectories(Documents.Root, "Mes.*")
            .SelectMany(project => Directory.EnumerateFiles(project, "*", SearchOption.AllDirectories))
            .Where(file => Extensions.Contains(Path.GetExtension(file)))
            .Where(file => !file.Split(Path.DirectorySeparatorChar).Contains("obj"))
            .SelectMany(file => NamedIn(File.ReadAllText(file)))
            .ToHashSet();

        Assert.That(named, Has.Count.GreaterThan(30));
        Assert.That(named.Except(Sections.Keys), Is.Empty, "add a section to docs/bug-classes.md");
    }

    [Test]
    public void Numbers_are_found_however_a_comment_is_written()
    {
        Assert.That(NamedIn("(bug class 30)"), Is.EqualTo(new[] { 30 }));
        Assert.That(NamedIn("-- (bug\n  -- classes 18, 32 and 4)"), Is.EqualTo(new[] { 18, 32, 4 }));
        Assert.That(NamedIn("/// see bug\n    /// class 7."), Is.EqualTo(new[] { 7 }));
        Assert.That(NamedIn("Task Class_07_rollback_leak()"), Is.EqualTo(new[] { 7 }));
        Assert.That(NamedIn("Class_of_2026, class 3"), Is.Empty);
    }

    [Test]
    public void Every_section_names_test_classes_that_exist_and_a_command()
    {
        var types = typeof(BugClassCatalogueTests).Assembly.GetTypes().Select(type => type.Name).ToHashSet();

        Assert.Multiple(() =>
        {
            foreach (var (number, text) in Sections)
            {
                var named = TestClass().Matches(text).Select(match => match.Groups[1].Value);
                Assert.That(named, Is.Not.Empty.And.SubsetOf(types), $"class {number}");
                Assert.That(text, Does.Match(@"(?m)^    \./(test|chaos)\.sh "), $"class {number}");
            }
        });
    }

    [Test]
    public void Every_test_that_is_named_by_a_number_stands_in_its_section()
    {
        const BindingFlags tests = BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly;
        var missing = typeof(BugClassCatalogueTests).Assembly.GetTypes()
            .SelectMany(type => type.GetMethods(tests).SelectMany(method => NamedIn(method.Name))
                .Select(number => (Number: number, Class: type.Name)))
            .Where(test => !IsNamed(test.Number, test.Class))
            .Distinct();

        Assert.That(missing, Is.Empty, "name the test class in docs/bug-classes.md");
    }

    private static bool IsNamed(int number, string testClass) =>
        Sections.TryGetValue(number, out var text) && text.Contains($"`{testClass}`", StringComparison.Ordinal);

    private static IEnumerable<int> NamedIn(string text) =>
        Named().Matches(text).SelectMany(match => Digits().Matches(match.Value)).Select(match => Number(match.Value));

    private static int Number(string digits) => int.Parse(digits, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"(?:[Bb]ug[\s/\-]+class(?:es)?\s+|\bClass_)\d+(?:(?:,\s*|\s+and\s+)\d+)*")]
    private static partial Regex Named();

    [GeneratedRegex(@"\d+")]
    private static partial Regex Digits();

    [GeneratedRegex(@"^## (\d+)\. (.*?)(?=^## |\z)", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Section();

    [GeneratedRegex("`([A-Za-z]+Tests)`")]
    private static partial Regex TestClass();
}

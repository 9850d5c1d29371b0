using System.Text.RegularExpressions;
using NUnit.Framework;

namespace Mes.Tests.Docs;

/// <summary>Every link from one document to another has a target.</summary>
[Category("Unit")]
internal sealed partial class LinkTests
{
    private const string Index = "docs/README.md";

    [TestCaseSource(typeof(Documents), nameof(Documents.All))]
    public void Every_link_leads_to_a_file_of_the_repository_and_to_a_heading_in_it(string document)
    {
        Assert.That(Links(document).Where(link => !Leads(document, link)), Is.Empty, document);
    }

    [Test]
    public void A_link_that_leads_nowhere_is_noticed()
    {
        Assert.Multiple(() =>
        {
            Assert.That(Leads(Index, "../README.md"));
            Assert.That(Leads(Index, "operating.md#metrics"));
            Assert.That(Leads(Index, "decisions/"));
            Assert.That(Leads(Index, "no-such-file.md"), Is.False);
            Assert.That(Leads(Index, "operating.md#no-such-heading"), Is.False);
            Assert.That(Leads("docs/operating.md", "#no-such-heading"), Is.False);
        });
    }

    [Test]
    public void The_index_has_every_document()
    {
        var listed = Links(Index).Select(link => Target(Index, link).Path).ToHashSet();

        var documents = Documents.All.Where(document => document != Index).Select(Documents.PathOf);
        Assert.That(documents.Except(listed), Is.Empty, $"list it in {Index}");
    }

    [Test]
    public void What_the_architecture_names_in_its_table_is_there()
    {
        var places = Place().Matches(Documents.Read("docs/architecture.md")).Select(match => match.Groups[1].Value);

        Assert.That(places, Is.Not.Empty);
        Assert.That(places.Where(place => !Path.Exists(Documents.PathOf(place))), Is.Empty);
    }

    [Test]
    public void The_README_has_at_most_120_lines()
    {
        Assert.That(Documents.Read("README.md").Split('\n'), Has.Length.AtMost(121));
    }

    private static IEnumerable<string> Links(string document) =>
        Link().Matches(WithoutCode(Documents.Read(document)))
            .Select(match => match.Groups[1].Value)
            .Where(link => !link.Contains("://", StringComparison.Ordinal));

    private static bool Leads(string from, string link)
    {
        var (path, heading) = Target(from, link);
        return (File.Exists(path) || Directory.Exists(path))
            && (heading.Length == 0 || Headings(File.ReadAllText(path)).Contains(heading));
    }

    private static (string Path, string Heading) Target(string from, string link)
    {
        var parts = link.Split('#', 2);
        var document = Documents.PathOf(from);
        var path = parts[0].Length == 0 ? document : Path.Combine(Path.GetDirectoryName(document)!, parts[0]);
        return (Path.GetFullPath(path), parts.Length == 2 ? parts[1] : string.Empty);
    }

    /// <summary>
    /// The anchor that GitHub gives a heading: lower case, without punctuation, with hyphens for spaces.
    /// </summary>
    private static IEnumerable<string> Headings(string text) =>
        Heading().Matches(FencedCode().Replace(text, string.Empty))
            .Select(match => match.Groups[1].Value.ToLowerInvariant())
            .Select(heading => Punctuation().Replace(heading, string.Empty).Replace(' ', '-'));

    private static string WithoutCode(string text) =>
        InlineCode().Replace(FencedCode().Replace(text, string.Empty), "code");

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"^\| .*\| .*?`(Mes\.[^` ]*/[^` ]*)`", RegexOptions.Multiline)]
    private static partial Regex Place();

    [GeneratedRegex("^```.*?^```", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex FencedCode();

    [GeneratedRegex("`[^`\n]*`")]
    private static partial Regex InlineCode();

    [GeneratedRegex("^#+ (.*?)\r?$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"[^\w\- ]")]
    private static partial Regex Punctuation();
}

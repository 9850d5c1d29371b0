using System.Text.RegularExpressions;
using NUnit.Framework;

namespace Mes.Tests.Docs;

/// <summary>Each decision record has all its parts and an entry in the index.</summary>
[Category("Unit")]
internal sealed partial class DecisionTests
{
    private const string Folder = "docs/decisions/";
    private static readonly string[] Parts = ["Status", "Date", "Context", "Decision", "Alternatives", "Consequences"];

    public static IEnumerable<string> Decisions =>
        Documents.All.Where(document => document.StartsWith(Folder, StringComparison.Ordinal));

    [TestCaseSource(nameof(Decisions))]
    public void A_decision_says_when_why_and_what_else_there_was(string document)
    {
        var text = Documents.Read(document);

        Assert.That(Parts.Where(part => !text.Contains($"**{part}.**", StringComparison.Ordinal)), Is.Empty);
    }

    [TestCaseSource(nameof(Decisions))]
    public void A_decision_stands_in_the_index_under_its_title_and_date(string document)
    {
        var text = Documents.Read(document);
        var (number, title) = (Title().Match(text).Groups[1].Value, Title().Match(text).Groups[2].Value);
        var date = Date().Match(text).Groups[1].Value;
        var file = document[Folder.Length..];

        Assert.That(file, Does.StartWith($"{number}-"));
        Assert.That(
            Documents.Read("docs/README.md").Split('\n'),
            Does.Contain($"| [{number}](decisions/{file}) | {title} | {date} |"));
    }

    [GeneratedRegex("^# ([0-9]{4}) (.*?)\r?$", RegexOptions.Multiline)]
    private static partial Regex Title();

    [GeneratedRegex(@"\*\*Date\.\*\*\s+([0-9]{4}-[0-9]{2}-[0-9]{2})")]
    private static partial Regex Date();
}

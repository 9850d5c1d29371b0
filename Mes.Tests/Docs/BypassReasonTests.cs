using System.Reflection;
using System.Text.RegularExpressions;
using Mes.Application.Caching;
using NUnit.Framework;

namespace Mes.Tests.Docs;

/// <summary>The reasons in <c>Cache-Status</c> are a public contract: the documents and the code have the same ones.</summary>
[Category("Unit")]
internal sealed partial class BypassReasonTests
{
    private static readonly string[] Documents = ["README.md", .. Directory.GetFiles(Path.Combine(Readme.Root, "docs"), "*.md")];

    [Test]
    public void The_documented_reasons_are_those_of_the_code()
    {
        var rows = Documents.SelectMany(file => Row().Matches(File.ReadAllText(Path.Combine(Readme.Root, file)))).ToArray();

        Assert.That(rows, Has.Length.EqualTo(1), "one document has the row | `mes; fwd=bypass; detail=<why>` | …");
        Assert.That(
            Reason().Matches(rows[0].Groups["meaning"].Value).Select(reason => reason.Groups[1].Value),
            Is.EquivalentTo(BypassReason.All.Select(reason => reason.Name)),
            $"Name each reason of {nameof(BypassReason)} in that row, and no other.");
    }

    [Test]
    public void The_list_has_every_reason() => Assert.That(
        BypassReason.All,
        Is.EquivalentTo(typeof(BypassReason).GetProperties(BindingFlags.Public | BindingFlags.Static)
            .Where(property => property.PropertyType == typeof(BypassReason))
            .Select(property => property.GetValue(null))));

    [GeneratedRegex(@"^\| `mes; fwd=bypass; detail=<why>` \| (?<meaning>.*) \|$", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex("`([a-z-]+)`")]
    private static partial Regex Reason();
}

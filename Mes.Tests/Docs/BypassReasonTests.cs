using System.Reflection;
using System.Text.RegularExpressions;
using Mes.Application.Caching;
using NUnit.Framework;

namespace Mes.Tests.Docs;

/// <summary>
/// The reasons in <c>Cache-Status</c> are a public contract: operating.md and the code list the same ones.
/// </summary>
[Category("Unit")]
internal sealed partial class BypassReasonTests
{
    [Test]
    public void The_documented_reasons_are_those_of_the_code()
    {
        var table = Table().Match(Documents.Operating);

        Assert.That(table.Success, "operating.md has a table that begins with | `detail` | the reason | do |");
        Assert.That(
            Row().Matches(table.Groups["rows"].Value).Select(row => row.Groups[1].Value),
            Is.EquivalentTo(BypassReason.All.Select(reason => reason.Name)),
            $"The table has a row for each reason of {nameof(BypassReason)}, and no other.");
    }

    [Test]
    public void The_list_has_every_reason() => Assert.That(
        BypassReason.All,
        Is.EquivalentTo(typeof(BypassReason).GetProperties(BindingFlags.Public | BindingFlags.Static)
            .Where(property => property.PropertyType == typeof(BypassReason))
            .Select(property => property.GetValue(null))));

    [GeneratedRegex(@"^\| `detail` \| the reason \| do \|\n\|[-|]+\|\n(?<rows>(?:\|.*\n)+)", RegexOptions.Multiline)]
    private static partial Regex Table();

    [GeneratedRegex("^\\| `([a-z-]+)` \\|", RegexOptions.Multiline)]
    private static partial Regex Row();
}

using System.Reflection;
using System.Text.RegularExpressions;
using NUnit.Framework;
using NUnit.Framework.Interfaces;

namespace Mes.Tests.Docs;

/// <summary>Each row of docs/abuse.md names a test, and that test exists.</summary>
[Category("Unit")]
internal sealed partial class AbuseTableTests
{
    private static readonly HashSet<string> Tests =
    [
        .. from type in typeof(AbuseTableTests).Assembly.GetTypes()
           from method in type.GetMethods(BindingFlags.Public | BindingFlags.Instance)
           where method.GetCustomAttributes().Any(attribute => attribute is ITestBuilder or ISimpleTestBuilder)
           select $"{type.Name}.{method.Name}",
    ];

    [Test]
    public void Every_row_names_a_test_that_exists()
    {
        var rows = Row().Matches(Documents.Read("docs/abuse.md")).Select(match => match.Groups["last"].Value).ToArray();

        Assert.That(rows, Has.Length.GreaterThan(25));
        Assert.That(rows.Where(cell => !Named().IsMatch(cell)), Is.Empty, "the last cell begins with a test");
        Assert.That(
            rows.Select(cell => Named().Match(cell).Groups["test"].Value).Where(test => !Tests.Contains(test)), Is.Empty);
    }

    [Test]
    public void A_test_that_does_not_exist_is_noticed() =>
        Assert.That(Tests, Does.Contain("AbuseTableTests.Every_row_names_a_test_that_exists")
            .And.Not.Contain("AbuseTableTests.No_such_test"));

    [GeneratedRegex(@"^\| (?!tried )[^|-][^|]* \| [^|]+ \| (?<last>[^|]+) \|$", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex(@"^`(?<test>[A-Za-z]+\.[A-Za-z_0-9]+)`")]
    private static partial Regex Named();
}

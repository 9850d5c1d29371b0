using System.Text.RegularExpressions;
using Mes.Chaos.Nemesis;
using NUnit.Framework;

namespace Mes.Tests.Docs;

/// <summary>The documents name the same faults as the chaos run.</summary>
[Category("Unit")]
internal sealed partial class ChaosDocumentTests
{
    private const string Refusal = "redis-refuses";

    [Test]
    public void Every_kind_of_fault_is_explained()
    {
        var text = Documents.Read("docs/testing.md");

        // All redis-refuses faults share one row, which lists the rest of their names.
        var named = Faults.All.Select(kind => kind.Name)
            .Select(name => name.StartsWith(Refusal, StringComparison.Ordinal) ? name[Refusal.Length..] : name);

        Assert.That(named.Where(name => !text.Contains($"`{name}`", StringComparison.Ordinal)), Is.Empty);
    }

    [TestCaseSource(typeof(Documents), nameof(Documents.All))]
    public void Every_fault_that_a_command_names_is_one(string document)
    {
        var named = Named().Matches(Documents.Read(document)).SelectMany(match => match.Groups[1].Value.Split(','));

        Assert.That(named.Where(name => !Faults.All.Any(kind => kind.IsMeantBy(name))), Is.Empty);
    }

    [GeneratedRegex("--faults ([a-z,-]+)")]
    private static partial Regex Named();
}

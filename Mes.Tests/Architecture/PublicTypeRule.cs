using System.Text.RegularExpressions;

namespace Mes.Tests.Architecture;

/// <summary>Each file has one public type, named like the file, with a summary that says what it is for.</summary>
internal static partial class PublicTypeRule
{
    public static IReadOnlyList<string> Violations(string file, string text)
    {
        var lines = text.ReplaceLineEndings("\n").Split('\n');
        var found = new List<string>();
        List<string> violations = [];
        for (var n = 0; n < lines.Length; n++)
        {
            if (Declaration().Match(lines[n]) is not { Success: true } match)
            {
                continue;
            }

            var name = match.Groups["name"].Value;
            found.Add(name);
            if (name != Path.GetFileNameWithoutExtension(file))
            {
                violations.Add($"{file}: {name} is not in a file of its name: move it to {name}.cs");
            }

            if (!HasSummary(lines, n))
            {
                violations.Add($"{file}: {name} has no summary: say above it what it is for (/// <summary>)");
            }
        }

        if (found.Count > 1)
        {
            violations.Add($"{file}: more than one public type: give each a file of its own");
        }

        return violations;
    }

    public static bool HasPublicType(string text) => text.Split('\n').Any(line => Declaration().IsMatch(line));

    private static bool HasSummary(string[] lines, int declaration)
    {
        var n = declaration - 1;
        while (n >= 0 && (lines[n].StartsWith('[') || lines[n].StartsWith('#')))
        {
            n--;
        }

        var documented = false;
        for (; n >= 0 && lines[n].StartsWith("///", StringComparison.Ordinal); n--)
        {
            documented |= lines[n].StartsWith("/// <summary>", StringComparison.Ordinal);
        }

        return documented;
    }

    // Namespaces are file-scoped, so a declaration without indentation is not nested.
    [GeneratedRegex(
        @"^public (?:(?:sealed|static|abstract|partial|readonly|ref|unsafe) )*(?:record struct|record class|record|class|struct|interface|enum|delegate \S+) (?<name>\w+)")]
    private static partial Regex Declaration();
}

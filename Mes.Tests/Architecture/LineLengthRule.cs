using System.Text.RegularExpressions;

namespace Mes.Tests.Architecture;

/// <summary>
/// A line has at most 120 columns (.editorconfig, which no tool enforces for C#). The contents of string literals do
/// not count, because a message or a statement is easier to find and to read in one piece.
/// </summary>
internal static partial class LineLengthRule
{
    private const int Columns = 120;
    private const string RawText = "\"\"\"";

    /// <returns>The numbers of the lines that are too long.</returns>
    public static IEnumerable<int> Violations(IEnumerable<string> lines)
    {
        var isInText = false;
        foreach (var (number, line) in lines.Index())
        {
            var bounds = line.Split(RawText).Length - 1;
            if (!isInText && bounds == 0 && Text().Replace(line, "\"\"").Length > Columns)
            {
                yield return number + 1;
            }

            isInText ^= bounds % 2 == 1;
        }
    }

    [GeneratedRegex("""
        "(?:\\.|[^"\\])*"
        """)]
    private static partial Regex Text();
}

using System.Text.RegularExpressions;

namespace Mes.Tests.Docs;

/// <summary>The steps of <c>docs/adding-a-handler.md</c>, as a reader follows them.</summary>
internal static partial class Guide
{
    private static readonly string[] Examples = ["A query", "A command"];

    private static readonly string Text = File.ReadAllText(Path.Combine(Documents.Root, "docs", "adding-a-handler.md"));

    /// <summary>
    /// The steps in the order of the page: first the preparation, then the examples. Each block of C# is a step, so
    /// that the tests compile all of them.
    /// </summary>
    /// <exception cref="FormatException">
    /// The page does not say to which file, and where in it, a block of C# belongs.
    /// </exception>
    public static IReadOnlyList<Step> Steps() =>
    [
        .. Text.Split("\n## ").Where((section, i) => i == 0 || Examples.Contains(section[..section.IndexOf('\n')]))
            .SelectMany(section => Block().Matches(section))
            .SelectMany(block => block.Groups["language"].Value == "sh" ? Commands(block) : [Edit(block)]),
    ];

    private static IEnumerable<Step> Commands(Match block) =>
        block.Groups["code"].Value.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => new Step(line, null, null, null, null));

    private static Step Edit(Match block)
    {
        var lead = block.Groups["lead"].Value;
        if (Place().Match(lead) is not { Success: true } place)
        {
            throw new FormatException(
                $"Say before the block which file it is for, and where in it (**`file`**, below the line with `text`:), instead of: {lead}");
        }

        var where = place.Groups["where"];
        return new Step(
            null,
            place.Groups["file"].Value,
            where.Success ? where.Value : null,
            place.Groups["anchor"].Value,
            block.Groups["code"].Value);
    }

    [GeneratedRegex(
        @"(?<lead>[^\n]*(?:\n[^\n]+)*)\n\n?```(?<language>sh|csharp)\n(?<code>.*?)^```",
        RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Block();

    [GeneratedRegex(
        @"\*\*`(?<file>[^`]+)`\*\*(?:,\s+(?<where>below|above|instead of)\s+the\s+line\s+with\s+`(?<anchor>[^`]+)`:)?$")]
    private static partial Regex Place();

    /// <param name="Command">A command to run in the root of the repository; null for an edit.</param>
    /// <param name="File">The file to create, or to change if <paramref name="Where"/> is given.</param>
    internal sealed record Step(string? Command, string? File, string? Where, string? Anchor, string? Code)
    {
        /// <exception cref="FormatException">The place does not occur, or occurs twice.</exception>
        public void Apply(string root)
        {
            var path = Path.Combine(root, File!);
            if (Where is null)
            {
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                System.IO.File.WriteAllText(path, Code);
                return;
            }

            var lines = System.IO.File.ReadAllText(path).Split('\n').ToList();
            var found = lines.Where(line => line.Contains(Anchor!, StringComparison.Ordinal)).ToArray();
            if (found.Length != 1)
            {
                throw new FormatException(
                    $"{File} has {found.Length} lines with {Anchor}: correct docs/adding-a-handler.md, or the template that makes the file.");
            }

            var at = lines.IndexOf(found[0]);

            if (Where == "instead of")
            {
                lines.RemoveAt(at);
            }

            lines.InsertRange(Where == "below" ? at + 1 : at, Code![..^1].Split('\n'));
            System.IO.File.WriteAllText(path, string.Join('\n', lines));
        }
    }
}

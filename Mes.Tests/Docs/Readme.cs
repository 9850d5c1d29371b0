using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace Mes.Tests.Docs;

/// <summary>The repository's README, as its readers have it.</summary>
internal static partial class Readme
{
    public static string Root { get; } = Path.GetFullPath(Path.Combine(Folder(), "..", ".."));

    public static string Text { get; } = File.ReadAllText(Path.Combine(Root, "README.md"));

    /// <summary>The steps of a section: each is what is to be pasted, and the lines that are to be seen then.</summary>
    public static IReadOnlyList<Step> Steps(string heading)
    {
        var start = Text.IndexOf($"\n## {heading}", StringComparison.Ordinal);
        var end = Text.IndexOf("\n## ", start + 4, StringComparison.Ordinal);
        return [.. Block().Matches(Text[start..end]).Select(match => new Step(
            match.Groups[1].Value,
            match.Groups[2].Success ? match.Groups[2].Value.Split('\n', StringSplitOptions.RemoveEmptyEntries) : []))];
    }

    private static string Folder([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;

    [GeneratedRegex(@"^```sh\n(.*?)^```\n(?:\n```text\n(.*?)^```\n)?", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Block();

    /// <param name="Expected">In this order, though others may stand in between; with … for what differs.</param>
    internal sealed record Step(string Script, IReadOnlyList<string> Expected);
}

using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace Mes.Tests.Docs;

/// <summary>The repository's documents.</summary>
internal static partial class Documents
{
    /// <summary>The folder of the repository.</summary>
    public static string Root { get; } = Path.GetFullPath(Path.Combine(Folder(), "..", ".."));

    public static string Walkthrough { get; } = Read("docs/walkthrough.md");

    public static string Sellers { get; } = Read("docs/sellers.md");

    public static string Settings { get; } = Read("docs/settings.md");

    public static string Operating { get; } = Read("docs/operating.md");

    /// <summary>The paths of all documents from the root, with slashes.</summary>
    public static IEnumerable<string> All =>
        new[] { Root, Path.Combine(Root, "docs") }
            .SelectMany(folder => Directory.EnumerateFiles(
                folder, "*.md", folder == Root ? SearchOption.TopDirectoryOnly : SearchOption.AllDirectories))
            .Select(file => Path.GetRelativePath(Root, file).Replace('\\', '/'))
            .Where(file => !file.Contains("/node_modules/", StringComparison.Ordinal));

    /// <param name="path">From the root, with slashes.</param>
    public static string PathOf(string path) => Path.GetFullPath(Path.Combine(Root, path));

    public static string Read(string path) => File.ReadAllText(PathOf(path));

    /// <summary>The steps of a document. Each has the commands to paste and the lines that must then appear.</summary>
    /// <param name="kind">What stands behind the backticks above the commands.</param>
    public static IReadOnlyList<Step> Steps(string text, string kind = "sh") =>
        [.. Block().Matches(text).Where(match => match.Groups["kind"].Value == kind).Select(match => new Step(
            match.Groups["code"].Value,
            match.Groups["shown"].Success
                ? match.Groups["shown"].Value.Split('\n', StringSplitOptions.RemoveEmptyEntries)
                : []))];

    /// <summary>The pieces of code in a language.</summary>
    public static IEnumerable<string> Code(string text, string language) =>
        Steps(text, language).Select(piece => piece.Script);

    private static string Folder([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;

    [GeneratedRegex(
        @"^```(?<kind>[a-z][a-z ]*)\n(?<code>.*?)^```\n(?:\n```text\n(?<shown>.*?)^```\n)?",
        RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Block();

    /// <param name="Expected">
    /// The lines in this order; others may stand in between. A … stands for text that varies.
    /// </param>
    internal sealed record Step(string Script, IReadOnlyList<string> Expected);
}

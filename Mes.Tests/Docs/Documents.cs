using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace Mes.Tests.Docs;

/// <summary>The repository's documents.</summary>
internal static partial class Documents
{
    /// <summary>The folder of the repository.</summary>
    public static string Root { get; } = Path.GetFullPath(Path.Combine(Folder(), "..", ".."));

    public static string Walkthrough { get; } = Read("docs/walkthrough.md");

    public static string Settings { get; } = Read("docs/settings.md");

    public static string Operating { get; } = Read("docs/operating.md");

    /// <summary>The paths of all documents from the root, with slashes.</summary>
    public static IEnumerable<string> All =>
        new[] { Root, Path.Combine(Root, "docs") }
            .SelectMany(folder => Directory.EnumerateFiles(
                folder, "*.md", folder == Root ? SearchOption.TopDirectoryOnly : SearchOption.AllDirectories))
            .Select(file => Path.GetRelativePath(Root, file).Replace('\\', '/'));

    /// <param name="path">From the root, with slashes.</param>
    public static string PathOf(string path) => Path.GetFullPath(Path.Combine(Root, path));

    public static string Read(string path) => File.ReadAllText(PathOf(path));

    /// <summary>The steps of a document. Each has the commands to paste and the lines that must then appear.</summary>
    public static IReadOnlyList<Step> Steps(string text) =>
        [.. Block().Matches(text).Select(match => new Step(
            match.Groups[1].Value,
            match.Groups[2].Success ? match.Groups[2].Value.Split('\n', StringSplitOptions.RemoveEmptyEntries) : []))];

    private static string Folder([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;

    [GeneratedRegex(
        @"^```sh\n(.*?)^```\n(?:\n```text\n(.*?)^```\n)?", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Block();

    /// <param name="Expected">
    /// The lines in this order; others may stand in between. A … stands for text that varies.
    /// </param>
    internal sealed record Step(string Script, IReadOnlyList<string> Expected);
}

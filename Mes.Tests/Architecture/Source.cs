namespace Mes.Tests.Architecture;

/// <summary>The source files of the projects, as they were when the tests were built.</summary>
internal static class Source
{
    public static string Root { get; } = FindRoot();

    /// <summary>The names of all projects in the repository.</summary>
    public static IReadOnlyList<string> Projects { get; } =
        [.. Directory.EnumerateDirectories(Root).SelectMany(folder => Directory.EnumerateFiles(folder, "*.*proj"))
            .Order(StringComparer.Ordinal)];

    /// <summary>The files that were written by hand: no build output and no generated migrations.</summary>
    public static IReadOnlyList<string> FilesOf(string project)
    {
        string[] left = ["bin", "obj", "Migrations"];
        var folder = Path.Combine(Root, project);
        return
        [
            .. Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories)
                .Where(file => !Path.GetRelativePath(folder, file).Split(Path.DirectorySeparatorChar)
                    .Any(left.Contains)),
        ];
    }

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Mes.sln")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException($"Mes.sln is in no folder above {AppContext.BaseDirectory}.");
    }
}

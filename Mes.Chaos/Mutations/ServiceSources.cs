namespace Mes.Chaos.Mutations;

/// <summary>The sources of the service.</summary>
/// <param name="root">The folder of the repository, or of a copy.</param>
internal sealed class ServiceSources(string root)
{
    private static readonly string[] Projects =
        ["Mes.Domain", "Mes.Application", "Mes.Infrastructure", "Mes.Embedded", "Mes.Api"];

    private static readonly string[] NoSources = ["bin", "obj", "data"];

    private readonly string[] _files = [.. Projects.SelectMany(project => FilesOf(Path.Combine(root, project)))];

    public string Root => root;

    /// <summary>The paths of all files with this name.</summary>
    /// <param name="name">May be preceded by folders, with slashes.</param>
    public IReadOnlyList<string> Find(string name) =>
    [
        .. _files.Where(file =>
            Path.GetRelativePath(root, file).Replace('\\', '/').EndsWith($"/{name}", StringComparison.Ordinal)),
    ];

    /// <summary>
    /// Copies the sources of the service and applies the mutation to the copy. Files keep their times; those that the
    /// mutation changes get the time of the mutation's file. A build of an identical copy therefore stays up to date.
    /// </summary>
    /// <param name="mutationFile">The path of the mutation.</param>
    /// <param name="target">An empty or missing folder.</param>
    /// <exception cref="MutationException">The mutation cannot be applied.</exception>
    public void CopyWith(string mutationFile, string target)
    {
        var changed = Mutation.Read(mutationFile).ApplyTo(this);
        foreach (var file in Directory.EnumerateFiles(root).Concat(_files))
        {
            var copy = Path.Combine(target, Path.GetRelativePath(root, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
            if (changed.TryGetValue(file, out var text))
            {
                File.WriteAllText(copy, text);
                var (ofFile, ofMutation) = (File.GetLastWriteTimeUtc(file), File.GetLastWriteTimeUtc(mutationFile));
                File.SetLastWriteTimeUtc(copy, ofFile > ofMutation ? ofFile : ofMutation);
            }
        }
    }

    private static IEnumerable<string> FilesOf(string folder) =>
        Directory.EnumerateFiles(folder).Concat(Directory.EnumerateDirectories(folder)
            .Where(inner => !NoSources.Contains(Path.GetFileName(inner)))
            .SelectMany(FilesOf));
}

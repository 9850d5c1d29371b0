namespace Mes.Chaos.Mutations;

/// <summary>The sources that the service is built of.</summary>
/// <param name="root">The folder of the repository, or of a copy.</param>
internal sealed class ServiceSources(string root)
{
    private static readonly string[] Projects =
        ["Mes.Domain", "Mes.Application", "Mes.Infrastructure", "Mes.Embedded", "Mes.Api"];

    private static readonly string[] NoSources = ["bin", "obj", "data"];

    private readonly string[] _files = [.. Projects.SelectMany(project => FilesOf(Path.Combine(root, project)))];

    public string Root => root;

    /// <summary>The paths of all files of this name.</summary>
    /// <param name="name">May have folders in front, with slashes.</param>
    public IReadOnlyList<string> Find(string name) =>
    [
        .. _files.Where(file =>
            Path.GetRelativePath(root, file).Replace('\\', '/').EndsWith($"/{name}", StringComparison.Ordinal)),
    ];

    /// <summary>
    /// Copies what the service is built of, and applies the mutation to the copy. The files keep their times; those
    /// that the mutation changes are as new as it is. So what was built of an equal copy is up to date.
    /// </summary>
    /// <param name="mutationFile">The mutation's.</param>
    /// <param name="target">A folder in which nothing is yet.</param>
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

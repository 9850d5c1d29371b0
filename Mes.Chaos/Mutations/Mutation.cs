namespace Mes.Chaos.Mutations;

/// <summary>
/// A change of the service's sources. A run applies it to a copy, and builds that. It takes one guard of the protocol
/// out, or makes another version of the service. Each has a file, here <c>LEASE.mutation</c>:
/// <code>
/// A put fills in a missing entry only under a lease (bug classes 2, 5, 28).
/// Found: G1
/// Faults: late-fill
///
/// In put.lua
/// - if not token then return 3 end
/// + do return store() end
/// </code>
/// The text behind <c>-</c> must occur exactly once in the file of that name; it may be a part of a line. The text
/// behind <c>+</c> takes its place; without any, the text is removed. Each may have several lines.
/// </summary>
/// <param name="Name">The name of the file, without its extension.</param>
/// <param name="Summary">The guard that the mutation removes, or the version that it makes.</param>
/// <param name="Found">The promise that the run must find broken; null if no guard is removed.</param>
/// <param name="Faults">The kinds of faults that reveal it.</param>
/// <param name="Replacements">In the order in which they are applied.</param>
internal sealed record Mutation(
    string Name, string Summary, string? Found, IReadOnlyList<string> Faults, IReadOnlyList<Replacement> Replacements)
{
    /// <summary>The extension of the files.</summary>
    public const string Extension = ".mutation";

    /// <exception cref="MutationException">The file does not have the required form.</exception>
    public static Mutation Read(string file) => Parse(Path.GetFileNameWithoutExtension(file), File.ReadAllText(file));

    /// <exception cref="MutationException">The text does not have the required form.</exception>
    public static Mutation Parse(string name, string text)
    {
        var lines = text.ReplaceLineEndings("\n").Split('\n');
        string? found = null;
        string? file = null;
        string[] faults = [];
        List<string> removed = [];
        List<string> added = [];
        List<Replacement> replacements = [];
        for (var i = 1; i < lines.Length; i++)
        {
            var line = lines[i];
            if (After("Found: ", line) is { } promise)
            {
                found = promise;
            }
            else if (After("Faults: ", line) is { } kinds)
            {
                faults = kinds.Split(',');
            }
            else if (After("In ", line) is { } next)
            {
                Finish();
                file = next;
            }
            else if (After("- ", line) is { } old && file is not null)
            {
                if (added.Count > 0)
                {
                    Finish();
                }

                removed.Add(old);
            }
            else if (After("+ ", line) is { } instead && removed.Count > 0)
            {
                added.Add(instead);
            }
            else if (line.Length == 0)
            {
                Finish();
            }
            else
            {
                throw new MutationException(
                    $"{name}{Extension}, line {i + 1}: '{line}' begins with none of "
                    + "'Found: ', 'Faults: ', 'In ', '- ' and '+ ', or stands in the wrong place.");
            }
        }

        Finish();
        return lines[0].Length > 0 && replacements.Count > 0 && found is null == (faults.Length == 0)
            ? new Mutation(name, lines[0], found, faults, replacements)
            : throw new MutationException(
                $"{name}{Extension} lacks its first line, its replacements, "
                + "or one of 'Found: ' and 'Faults: ', which belong together.");

        void Finish()
        {
            if (removed.Count > 0)
            {
                replacements.Add(new Replacement(file!, string.Join('\n', removed), string.Join('\n', added)));
                removed.Clear();
                added.Clear();
            }
        }
    }

    /// <summary>Applies the mutation in memory; writes nothing.</summary>
    /// <returns>The new text of each changed file, by the file's path.</returns>
    /// <exception cref="MutationException">A file, or a text in it, does not occur exactly once.</exception>
    public IReadOnlyDictionary<string, string> ApplyTo(ServiceSources sources)
    {
        var changed = new Dictionary<string, string>();
        foreach (var (name, old, instead) in Replacements)
        {
            var files = sources.Find(name);
            if (files.Count != 1)
            {
                throw Outdated($"{files.Count} files of the service are called {name}");
            }

            var text = changed.GetValueOrDefault(files[0]) ?? File.ReadAllText(files[0]);
            var times = text.AsSpan().Count(old);
            if (times != 1)
            {
                var path = Path.GetRelativePath(sources.Root, files[0]);
                throw Outdated($"{path} has this {times} times:{Environment.NewLine}{old}{Environment.NewLine}");
            }

            changed[files[0]] = text.Replace(old, instead, StringComparison.Ordinal);
        }

        return changed;
    }

    private static string? After(string start, string line) =>
        line.StartsWith(start, StringComparison.Ordinal) ? line[start.Length..] : null;

    private MutationException Outdated(string why) => new($"""
        {Name}: {why}; it must be once.
        The code has changed: say in Mes.Chaos/Mutations/{Name}{Extension} where and how it is changed now.
        {(Found is null ? "" : $"Then see that './chaos.sh --without {Name}' still finds {Found} broken.")}
        """);
}

using Mes.Tests.Docs;
using Mes.Tests.Http;
using NUnit.Framework;

namespace Mes.Tests.Support;

/// <summary>
/// A temporary copy of a folder with the npm packages of its lock file, so that the repository has no packages in it.
/// </summary>
internal sealed class NodeWorkspace : IAsyncDisposable
{
    /// <summary>Packages come from a registry, which may be slow.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    private readonly TemporaryDirectory _directory = new();

    private NodeWorkspace()
    {
    }

    public string Folder => _directory.Path;

    /// <param name="folder">From the root of the repository; has a <c>package-lock.json</c>.</param>
    public static async Task<NodeWorkspace> InstallAsync(string folder)
    {
        _ = TestServers.RequireNpm();
        var workspace = new NodeWorkspace();
        Copy(Documents.PathOf(folder), workspace.Folder);
        var (code, output) = await Command.RunAsync(
            workspace.Folder, ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"], Limit, []);
        if (code == 0)
        {
            return workspace;
        }

        await workspace.DisposeAsync();
        throw new AssertionException(output);
    }

    /// <summary>Runs the program of an installed package.</summary>
    /// <inheritdoc cref="Command.RunAsync"/>
    public Task<(int Code, string Output)> RunAsync(
        string program, IEnumerable<string> arguments, params (string Name, string Value)[] environment) =>
        Command.RunAsync(
            Folder, [Path.Combine(Folder, "node_modules", ".bin", program), .. arguments], Limit, environment);

    public ValueTask DisposeAsync() => _directory.DisposeAsync();

    /// <summary>Without what a developer has installed or built in the folder.</summary>
    private static void Copy(string from, string to)
    {
        foreach (var file in Directory.EnumerateFiles(from))
        {
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
        }

        foreach (var folder in Directory.EnumerateDirectories(from).Select(folder => Path.GetFileName(folder))
            .Except(["node_modules", "build"]))
        {
            Copy(Path.Combine(from, folder), Directory.CreateDirectory(Path.Combine(to, folder)).FullName);
        }
    }
}

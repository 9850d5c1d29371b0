using System.Diagnostics;
using Mes.Tests.Docs;
using Mes.Tests.Support;
using NUnit.Framework;

namespace Mes.Tests.Browser;

/// <summary>
/// The npm packages that check the page (<c>tools/board</c>), by its lock file. The page needs none of them.
/// </summary>
internal static class BoardScripts
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    public static string Folder { get; } = Documents.PathOf("tools/board");

    /// <summary>The engine that finds what keeps people with a disability from using a page.</summary>
    public static async Task<string> AxeAsync()
    {
        await InstallAsync();
        return await File.ReadAllTextAsync(Path.Combine(Folder, "node_modules", "axe-core", "axe.min.js"));
    }

    /// <returns>The exit code, and what the script has printed.</returns>
    public static async Task<(int ExitCode, string Output)> RunAsync(string script)
    {
        await InstallAsync();
        return await NpmAsync("run", "--silent", script);
    }

    private static async Task InstallAsync()
    {
        // The lock file that npm writes into the folder says what is installed there.
        var installed = Path.Combine(Folder, "node_modules", ".package-lock.json");
        var wanted = Path.Combine(Folder, "package-lock.json");
        if (!File.Exists(installed) || File.GetLastWriteTimeUtc(installed) < File.GetLastWriteTimeUtc(wanted))
        {
            var (exitCode, output) = await NpmAsync("ci", "--no-audit", "--no-fund", "--ignore-scripts");
            Assert.That(exitCode, Is.Zero, output);
        }
    }

    private static async Task<(int ExitCode, string Output)> NpmAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo(TestServers.RequireNpm(), arguments)
        {
            WorkingDirectory = Folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        using var limit = new CancellationTokenSource(Limit);
        var output = process.StandardOutput.ReadToEndAsync(limit.Token);
        var errors = process.StandardError.ReadToEndAsync(limit.Token);
        await process.WaitForExitAsync(limit.Token);
        return (process.ExitCode, await output + await errors);
    }
}

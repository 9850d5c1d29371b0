using System.Diagnostics;
using System.Text;
using NUnit.Framework;

namespace Mes.Tests.Support;

/// <summary>Programs that tests run to their ends.</summary>
internal static class Command
{
    /// <summary>Variables of the build that runs these tests. Another build must not inherit them.</summary>
    private static readonly string[] OfThisBuild = ["MSBuild", "VSTEST", "TESTINGPLATFORM", "DOTNET_HOST_PATH"];

    /// <summary>
    /// Makes the output English, so that the tests can search it, and keeps build servers from outliving the build.
    /// </summary>
    private static readonly (string Name, string Value)[] Settings =
    [
        ("DOTNET_NOLOGO", "1"),
        ("DOTNET_CLI_TELEMETRY_OPTOUT", "1"),
        ("DOTNET_CLI_UI_LANGUAGE", "en"),
        ("DOTNET_CLI_USE_MSBUILD_SERVER", "0"),
        ("MSBUILDDISABLENODEREUSE", "1"),
        ("UseSharedCompilation", "false"),
    ];

    /// <param name="folder">Where the program runs.</param>
    /// <param name="command">The program and its arguments.</param>
    /// <returns>The exit code, and everything written to both outputs.</returns>
    /// <exception cref="AssertionException">The program did not end within the limit.</exception>
    public static async Task<(int Code, string Output)> RunAsync(
        string folder,
        IReadOnlyList<string> command,
        TimeSpan limit,
        IEnumerable<(string Name, string Value)> environment)
    {
        var start = new ProcessStartInfo(command[0], command.Skip(1))
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
        };
        foreach (var name in start.Environment.Keys.Where(IsOfThisBuild).ToArray())
        {
            start.Environment.Remove(name);
        }

        foreach (var (name, value) in environment.Concat(Settings))
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        var output = Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        process.StandardInput.Close();
        using var end = new CancellationTokenSource(limit);
        try
        {
            await process.WaitForExitAsync(end.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new AssertionException(
                $"{string.Join(' ', command)} did not end within {limit}:\n{string.Concat(await output)}");
        }

        return (process.ExitCode, string.Concat(await output));
    }

    private static bool IsOfThisBuild(string variable) =>
        OfThisBuild.Any(prefix => variable.StartsWith(prefix, StringComparison.OrdinalIgnoreCase));
}

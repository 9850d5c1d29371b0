using System.Diagnostics;
using System.Text;
using NUnit.Framework;

namespace Mes.Tests.Support;

/// <summary>Programs that tests run to their ends.</summary>
internal static class Command
{
    /// <param name="folder">Where the program runs.</param>
    /// <param name="command">The program and its arguments.</param>
    /// <param name="input">What it reads from its standard input.</param>
    /// <returns>The exit code, and everything written to both outputs.</returns>
    /// <exception cref="AssertionException">The program did not end within the limit.</exception>
    public static async Task<(int Code, string Output)> RunAsync(
        string folder,
        IReadOnlyList<string> command,
        TimeSpan limit,
        IEnumerable<(string Name, string Value)> environment,
        string input = "")
    {
        var start = new ProcessStartInfo(command[0], command.Skip(1))
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
        };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        var output = Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.StandardInput.WriteAsync(input);
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
}

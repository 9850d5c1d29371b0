using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Mes.Benchmarks.Peers;

/// <summary>What a run ran on.</summary>
internal static class Machine
{
    private static readonly string[] Libraries =
    [
        "Microsoft.Extensions.Caching.Hybrid", "ZiggyCreatures.FusionCache",
        "Microsoft.AspNetCore.OutputCaching.StackExchangeRedis", "Microsoft.Extensions.Caching.StackExchangeRedis",
        "StackExchange.Redis", "Npgsql.EntityFrameworkCore.PostgreSQL",
    ];

    /// <returns>One line for each thing.</returns>
    public static IReadOnlyList<string> Describe(string postgres, string assembly)
    {
        var processor = Value("/proc/cpuinfo", "model name") ?? RuntimeInformation.ProcessArchitecture.ToString();
        var memory = double.Parse(
            (Value("/proc/meminfo", "MemTotal") ?? "0 kB").Split(' ')[0], CultureInfo.InvariantCulture);
        var libraries = Libraries.Select(library => (library, File: Path.Combine(
            Path.GetDirectoryName(assembly)!, $"{library}.dll")));
        return
        [
            $"{Environment.ProcessorCount} processors ({processor}), {memory / 1024 / 1024:0} GiB; the load generator, "
                + "PostgreSQL, Redis and all instances share them",
            $"{RuntimeInformation.OSDescription}, {RuntimeInformation.FrameworkDescription}",
            $"PostgreSQL {postgres} (fsync on), Redis {Redis()}",
            string.Join(", ", libraries.Where(library => File.Exists(library.File)).Select(library =>
                $"{library.library} {Version(library.File)}")),
        ];
    }

    private static string? Value(string file, string name) => File.Exists(file)
        ? File.ReadLines(file).FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal))?.Split(':')[1]
            .Trim()
        : null;

    private static string Redis()
    {
        using var process = Process.Start(
            new ProcessStartInfo("redis-server", ["--version"]) { RedirectStandardOutput = true })!;
        var words = process.StandardOutput.ReadToEnd().Split(' ');
        process.WaitForExit();
        return words.First(word => word.StartsWith("v=", StringComparison.Ordinal))[2..];
    }

    private static string Version(string file) =>
        (FileVersionInfo.GetVersionInfo(file).ProductVersion ?? "?").Split('+')[0];
}

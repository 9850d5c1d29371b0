using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using NUnit.Framework;

namespace Mes.Tests.Support;

/// <summary>
/// The servers that some tests need, named by environment variables that <c>test.sh</c> sets. If one is missing, the
/// test is skipped, or fails if <c>MES_TEST_REQUIRE_SERVERS</c> is 1.
/// </summary>
internal static class TestServers
{
    /// <summary>An Npgsql connection string whose user may create databases.</summary>
    public static string? Postgres => Variable("MES_TEST_POSTGRES");

    /// <summary>Host and port, as StackExchange.Redis takes them.</summary>
    public static string? Redis => Variable("MES_TEST_REDIS");

    private static bool ServersRequired => Variable("MES_TEST_REQUIRE_SERVERS") == "1";

    public static string RequirePostgres() => Postgres ?? GiveUp("PostgreSQL");

    public static string RequireRedis() => Redis ?? GiveUp("Redis");

    /// <summary>The path of <c>redis-server</c>, for tests that stop and restart their own Redis.</summary>
    public static string RequireRedisProgram() => FindOnPath("redis-server") ?? GiveUp("redis-server on the PATH");

    /// <summary>The path of Chromium, for tests of the board page.</summary>
    public static string RequireChromium() =>
        FindOnPath("chromium") ?? FindOnPath("chromium-browser") ?? GiveUp("chromium on the PATH");

    /// <summary>The path of Node.js' <c>npm</c>, for checks, linters and what sellers write in TypeScript.</summary>
    public static string RequireNpm() => FindOnPath("npm") ?? GiveUp("npm on the PATH");

    /// <summary>
    /// The path of a PostgreSQL server or client program, for tests that need their own server or a dump.
    /// </summary>
    public static string RequirePostgresProgram(string name) =>
        PostgresFolders.Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists)
            ?? FindOnPath(name)
            ?? GiveUp($"{name} of PostgreSQL");

    /// <summary>The folders in which Debian keeps the server's programs, newest version first.</summary>
    private static IEnumerable<string> PostgresFolders => Directory.Exists("/usr/lib/postgresql")
        ? Directory.GetDirectories("/usr/lib/postgresql").OrderDescending()
            .Select(version => Path.Combine(version, "bin"))
        : [];

    private static string? FindOnPath(string program) =>
        (Variable("PATH") ?? "")
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => Path.Combine(folder, program))
            .FirstOrDefault(File.Exists);

    private static string? Variable(string name) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;

    [DoesNotReturn]
    private static string GiveUp(string what)
    {
        var message = $"needs {what}: run ./test.sh";
        if (ServersRequired)
        {
            Assert.Fail(message);
        }

        Assert.Ignore(message);
        throw new UnreachableException();
    }
}

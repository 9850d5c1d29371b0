using System.Security.Authentication;
using System.Text.RegularExpressions;
using Mes.Infrastructure.Connections;

namespace Mes.Infrastructure.Redis;

/// <summary>
/// What the errors mean that Redis answers, or that the way to it ends in: for the circuit (<see cref="ScopeOf"/>), the
/// log and the health check (<see cref="TroubleOf"/>).
/// </summary>
internal static partial class RedisErrors
{
    /// <summary>The server is a replica.</summary>
    public const string ReadOnly = "READONLY";

    private const string WrongType = "WRONGTYPE";
    private const string OutOfMemory = "OOM";
    private const string NoPermission = "NOPERM";
    private const string NoLogin = "NOAUTH";
    private const string WrongLogin = "WRONGPASS";
    private const string NoCode = "ERR";
    private const string RefusedLogin = $"refuses the login ({WrongLogin}: user name or password)";

    /// <summary>
    /// The error if a command within a script lacks a right. It names neither the command nor the key.
    /// </summary>
    private const string NoPermissionInScript = "The user executing the script can't";

    /// <summary>How Redis tells that no master has this slot, whatever the rest of the cluster does.</summary>
    private const string NoMaster = "slot not served";

    private const int LongestLine = 200;

    private static readonly HashSet<string> Topology = ["MOVED", "ASK", "TRYAGAIN"];

    private static readonly HashSet<string> Codes =
    [
        .. Topology, WrongType, OutOfMemory, NoPermission, NoLogin, WrongLogin, ReadOnly,
        "NOREPLICAS", "MISCONF", "LOADING", "BUSY", "CLUSTERDOWN", "MASTERDOWN",
    ];

    private static readonly string[] OfEncryption =
        ["SSL", "TLS", "certificate", "transport stream", "frame size", nameof(AuthenticationException)];

    public static RedisErrorScope ScopeOf(string message) => CodeOf(message) switch
    {
        WrongType => RedisErrorScope.Key,
        OutOfMemory => RedisErrorScope.Full,
        var code when Topology.Contains(code) || message.Contains(NoMaster, StringComparison.Ordinal) =>
            RedisErrorScope.Elsewhere,
        _ => RedisErrorScope.Refusal,
    };

    /// <summary>
    /// The code of an error: <c>NOREPLICAS</c>. If a script failed, the code of the command in it; <c>ERR</c> if there
    /// is none.
    /// </summary>
    public static string CodeOf(string message)
    {
        if (message.Contains(NoPermissionInScript, StringComparison.Ordinal))
        {
            return NoPermission;
        }

        foreach (var word in Words().EnumerateMatches(message))
        {
            if (Codes.TryGetValue(message.Substring(word.Index, word.Length), out var code))
            {
                return code;
            }
        }

        return NoCode;
    }

    /// <summary>For people: <c>refuses writes (NOREPLICAS)</c>.</summary>
    public static string Describe(string code) => code is NoLogin or WrongLogin
        ? $"refuses the login ({code})"
        : $"refuses writes ({code})";

    /// <summary>
    /// What Redis has against this instance, named as its operator knows it, where it is more than that it does not
    /// answer.
    /// </summary>
    /// <param name="exception">Of a command, or of the attempt to connect.</param>
    /// <param name="hasLogin">Whether this instance shows a password at all.</param>
    /// <param name="isEncrypted">Whether this instance speaks TLS.</param>
    /// <returns>Null when it is nothing but away. Without any text that depends on what is stored.</returns>
    public static string? TroubleOf(Exception exception, bool hasLogin, bool isEncrypted) =>
        CodeOf(exception.Message) switch
        {
            // The client goes on after a refused login, and tells only of what is refused for the lack of it.
            WrongLogin => RefusedLogin,
            NoLogin => hasLogin ? RefusedLogin : $"wants a password ({NoLogin})",
            NoPermission when exception.Message.IndexOf(NoPermission, StringComparison.Ordinal) is >= 0 and var start =>
                $"grants too few rights ({OneLine(exception.Message[start..])})",
            NoPermission => $"grants too few rights ({NoPermission} within a script; its ACL LOG names the command or key)",
            _ when isEncrypted && IsAboutEncryption(exception) =>
                "does not agree to TLS (is its port one for TLS, and its certificate good for this host name?)",
            _ => null,
        };

    /// <summary>A message as it may stand in a log: its first line, and not all of a long one.</summary>
    public static string OneLine(string message)
    {
        var line = message.AsSpan().IndexOfAny('\r', '\n') is >= 0 and var end ? message[..end] : message;
        return line.Length <= LongestLine ? line : line[..LongestLine] + "…";
    }

    private static bool IsAboutEncryption(Exception exception) =>
        exception.Find<AuthenticationException>() is not null
        || OfEncryption.Any(
            word => Messages(exception).Any(said => said.Contains(word, StringComparison.OrdinalIgnoreCase)));

    private static IEnumerable<string> Messages(Exception? exception)
    {
        for (; exception is not null; exception = exception.InnerException)
        {
            yield return exception.Message;
        }
    }

    [GeneratedRegex(@"\b[A-Z]{3,}\b", RegexOptions.CultureInvariant)]
    private static partial Regex Words();
}

using System.Text.RegularExpressions;

namespace Mes.Infrastructure.Redis;

/// <summary>Interprets the errors that Redis replies with.</summary>
internal static partial class RedisErrors
{
    public const string NoPermission = "NOPERM";

    /// <summary>
    /// The error if a command within a script lacks a right. It names neither the command nor the key.
    /// </summary>
    public const string NoPermissionInScript = "The user executing the script can't";

    private const string WrongType = "WRONGTYPE";
    private const string OutOfMemory = "OOM";
    private const string NoCode = "ERR";

    /// <summary>The error if no master has this slot, whatever the state of the rest of the cluster.</summary>
    private const string NoMaster = "slot not served";

    private static readonly HashSet<string> Topology = ["MOVED", "ASK", "TRYAGAIN"];
    private static readonly HashSet<string> Login = ["NOAUTH", "WRONGPASS"];

    private static readonly HashSet<string> Codes =
    [
        .. Topology, .. Login, WrongType, OutOfMemory, NoPermission,
        "NOREPLICAS", "MISCONF", "READONLY", "LOADING", "BUSY", "CLUSTERDOWN", "MASTERDOWN",
    ];

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
    public static string Describe(string code) =>
        Login.Contains(code) ? $"refuses the login ({code})" : $"refuses writes ({code})";

    [GeneratedRegex(@"\b[A-Z]{3,}\b", RegexOptions.CultureInvariant)]
    private static partial Regex Words();
}

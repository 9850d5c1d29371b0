using Mes.Infrastructure.Connections;

namespace Mes.Infrastructure.Redis;

/// <summary>
/// Why Redis refuses this instance, in an operator's words, if there is more to say than that it does not answer.
/// </summary>
internal static class RedisTrouble
{
    private const string NoLogin = "NOAUTH";
    private const int MaxLength = 200;

    private static readonly string[] EncryptionWords =
        ["SSL", "TLS", "certificate", "transport stream", "frame size", "AuthenticationException"];

    /// <param name="exception">The exception of a command, or of an attempt to connect.</param>
    /// <param name="hasLogin">Whether this instance sends a password.</param>
    /// <param name="isEncrypted">Whether this instance uses TLS.</param>
    /// <returns>Null if Redis just does not answer. Never contains stored data.</returns>
    public static string? Of(Exception exception, bool hasLogin, bool isEncrypted)
    {
        var message = exception.Message;
        if (message.Contains("WRONGPASS", StringComparison.Ordinal)
            || (hasLogin && message.Contains(NoLogin, StringComparison.Ordinal)))
        {
            // The client goes on after a refused login, and reports only the commands that are refused because of it.
            return "refuses the login (WRONGPASS: user name or password)";
        }

        if (message.Contains(NoLogin, StringComparison.Ordinal))
        {
            return "wants a password (NOAUTH)";
        }

        if (message.IndexOf(RedisErrors.NoPermission, StringComparison.Ordinal) is >= 0 and var start)
        {
            return $"grants too few rights ({OneLine(message[start..])})";
        }

        if (message.Contains(RedisErrors.NoPermissionInScript, StringComparison.Ordinal))
        {
            return $"grants too few rights ({RedisErrors.NoPermission} within a script; " +
                "its ACL LOG names the command or key)";
        }

        return isEncrypted && (exception.Find<System.Security.Authentication.AuthenticationException>() is not null
            || EncryptionWords.Any(
                word => Messages(exception).Any(text => text.Contains(word, StringComparison.OrdinalIgnoreCase))))
            ? "does not agree to TLS (is its port one for TLS, and its certificate good for this host name?)"
            : null;
    }

    /// <summary>The first line of a message, shortened if it is long.</summary>
    public static string OneLine(string message)
    {
        var line = message.AsSpan().IndexOfAny('\r', '\n') is >= 0 and var end ? message[..end] : message;
        return line.Length <= MaxLength ? line : line[..MaxLength] + "…";
    }

    private static IEnumerable<string> Messages(Exception? exception)
    {
        for (; exception is not null; exception = exception.InnerException)
        {
            yield return exception.Message;
        }
    }
}

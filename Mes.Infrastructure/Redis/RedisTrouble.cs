using Mes.Infrastructure.Connections;

namespace Mes.Infrastructure.Redis;

/// <summary>What Redis has against this instance, named as its operator knows it, where it is more than that it does not answer.</summary>
internal static class RedisTrouble
{
    private const string NoLogin = "NOAUTH";
    private const string NoRight = "NOPERM";

    /// <summary>How the server words it where a script has met it, without saying at what.</summary>
    private const string NoRightOfScript = "The user executing the script can't";

    private static readonly string[] OfEncryption = ["SSL", "TLS", "certificate", "transport stream", "frame size", "AuthenticationException"];

    /// <param name="exception">Of a command, or of the attempt to connect.</param>
    /// <param name="hasLogin">Whether this instance shows a password at all.</param>
    /// <param name="isEncrypted">Whether this instance speaks TLS.</param>
    /// <returns>Null when it is nothing but away. Without any text that depends on what is stored.</returns>
    public static string? Of(Exception exception, bool hasLogin, bool isEncrypted)
    {
        var message = exception.Message;
        if (message.Contains("WRONGPASS", StringComparison.Ordinal) || (hasLogin && message.Contains(NoLogin, StringComparison.Ordinal)))
        {
            // The client goes on after a refused login, and tells only of what is refused for the lack of it.
            return "refuses the login (WRONGPASS: user name or password)";
        }

        if (message.Contains(NoLogin, StringComparison.Ordinal))
        {
            return "wants a password (NOAUTH)";
        }

        if (message.IndexOf(NoRight, StringComparison.Ordinal) is >= 0 and var start)
        {
            return $"grants too few rights ({OneLine(message[start..])})";
        }

        if (message.Contains(NoRightOfScript, StringComparison.Ordinal))
        {
            return $"grants too few rights ({NoRight} within a script; its ACL LOG names the command or key)";
        }

        return isEncrypted && (exception.Find<System.Security.Authentication.AuthenticationException>() is not null
            || OfEncryption.Any(word => Messages(exception).Any(said => said.Contains(word, StringComparison.OrdinalIgnoreCase))))
            ? "does not agree to TLS (is its port one for TLS, and its certificate good for this host name?)"
            : null;
    }

    private static IEnumerable<string> Messages(Exception? exception)
    {
        for (; exception is not null; exception = exception.InnerException)
        {
            yield return exception.Message;
        }
    }

    /// <summary>A message as it may stand in a log: its first line, and not all of a long one.</summary>
    public static string OneLine(string message)
    {
        const int most = 200;
        var line = message.AsSpan().IndexOfAny('\r', '\n') is >= 0 and var end ? message[..end] : message;
        return line.Length <= most ? line : line[..most] + "…";
    }
}

using System.Data.Common;
using System.Security.Authentication;
using Mes.Infrastructure.Connections;

namespace Mes.Infrastructure.Persistence;

/// <summary>Why a statement failed, in one line, in an operator's words and without a stack trace.</summary>
public static class DatabaseTrouble
{
    private const int MaxLength = 300;

    /// <summary>
    /// The kind of trouble and its code, and nothing else, for the health check: it answers without authentication.
    /// </summary>
    /// <returns>Null if the database just does not answer.</returns>
    public static string? Name(Exception exception) => exception.Find<DbException>()?.SqlState switch
    {
        "28P01" => "refuses the login (28P01: user name or password)",
        "28000" => "refuses the login (28000: this user may not connect from here, or not without TLS)",
        "3D000" => "has no such database (3D000)",
        "42501" => "grants too few rights (42501)",
        _ when exception.Find<AuthenticationException>() is not null || Mentions(exception, "SSL") =>
            "does not agree to TLS",
        _ => null,
    };

    /// <summary>The same together with the server's own message, for the log.</summary>
    public static string Explain(Exception exception)
    {
        var cause = exception.Find<DbException>() ?? exception.GetBaseException();
        var words = cause.Message.ReplaceLineEndings(" ");
        var said = $"{cause.GetType().Name}: {(words.Length <= MaxLength ? words : words[..MaxLength] + "…")}";
        return Name(exception) is { } name ? $"{name}; {said}" : said;
    }

    private static bool Mentions(Exception exception, string word)
    {
        for (var cause = exception; cause is not null; cause = cause.InnerException)
        {
            if (cause is DbException && cause.Message.Contains(word, StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }
}

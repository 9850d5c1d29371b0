namespace Mes.Infrastructure.Connections;

/// <summary>
/// A connection string in the form of a URL, as both servers' own tools accept it:
/// <c>scheme://[user[:password]@]host[:port][,host[:port]…][/database][?name=value&amp;…]</c>, with every part
/// percent-encoded (RFC 3986). Not parsed by <see cref="Uri"/>, which knows no list of hosts and silently repairs
/// invalid parts.
/// </summary>
internal sealed record ServerUrl
{
    private const string Separator = "://";

    public required string Scheme { get; init; }

    public string? User { get; init; }

    public string? Password { get; init; }

    /// <summary>
    /// Each decoded: <c>host</c>, <c>host:port</c>, <c>[::1]:port</c>, or the path of a Unix socket.
    /// </summary>
    public required IReadOnlyList<string> Hosts { get; init; }

    /// <summary>The part after the first slash; null if there is none.</summary>
    public string? Path { get; init; }

    public required IReadOnlyList<KeyValuePair<string, string>> Parameters { get; init; }

    /// <summary>
    /// Whether a text is meant as a URL. A text in the client's own form may contain <c>://</c> too, in a password.
    /// </summary>
    public static bool IsUrl(string text) =>
        text.IndexOf(Separator, StringComparison.Ordinal) is > 0 and var end
        && text.AsSpan(0, end).IndexOfAnyExcept(SchemeLetters) < 0;

    /// <exception cref="ConnectionStringException">The URL is not well-formed.</exception>
    public static ServerUrl Parse(string text)
    {
        var schemeEnd = text.IndexOf(Separator, StringComparison.Ordinal);
        var rest = text[(schemeEnd + Separator.Length)..];
        var (beforeQuery, query) = Cut(rest, '?');

        // A password may contain a slash, encoded or not; the host after the last @ does not.
        var at = beforeQuery.LastIndexOf('@');
        var (authority, path) = Cut(beforeQuery[(at + 1)..], '/');
        if (at >= 0 && beforeQuery.AsSpan(0, at).Contains(','))
        {
            // More likely, options in the client's own form follow the URL, with a password that contains an @.
            throw new ConnectionStringException(
                "there is a comma before its host: a URL takes options as ?name=value, and a comma of a password "
                    + "as %2C");
        }

        var (user, password) = at < 0 ? (null, null) : Cut(beforeQuery[..at], ':');
        return new ServerUrl
        {
            Scheme = text[..schemeEnd].ToLowerInvariant(),
            User = string.IsNullOrEmpty(user) ? null : Decode(user, "user name"),
            Password = password is null ? null : Decode(password, "password"),
            Hosts = [.. authority.Split(',').Select(host => Decode(host, "host"))],
            Path = string.IsNullOrEmpty(path) ? null : Decode(path, "path"),
            Parameters = query is null
                ? []
                : [.. query.Split('&', StringSplitOptions.RemoveEmptyEntries).Select(Parameter)],
        };
    }

    private static System.Buffers.SearchValues<char> SchemeLetters { get; } =
        System.Buffers.SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-.");

    private static KeyValuePair<string, string> Parameter(string text)
    {
        var (name, value) = Cut(text, '=');
        return new(Decode(name, "name of a parameter"), value is null
            ? string.Empty
            : Decode(value, "value of a parameter"));
    }

    private static (string Before, string? After) Cut(string text, char at) =>
        text.IndexOf(at, StringComparison.Ordinal) is >= 0 and var index
            ? (text[..index], text[(index + 1)..])
            : (text, null);

    private static string Decode(string text, string what)
    {
        for (var i = text.IndexOf('%', StringComparison.Ordinal); i >= 0; i = text.IndexOf('%', i + 1))
        {
            if (i + 2 >= text.Length || !char.IsAsciiHexDigit(text[i + 1]) || !char.IsAsciiHexDigit(text[i + 2]))
            {
                throw new ConnectionStringException(
                    $"its {what} has a % that no two hexadecimal digits follow: write % as %25");
            }
        }

        return Uri.UnescapeDataString(text);
    }
}

using Npgsql;

namespace Mes.Infrastructure.Connections;

/// <summary>
/// Parses connection strings to PostgreSQL. Accepts Npgsql's own form (<c>Host=…;Database=…</c>) and the URLs of
/// PostgreSQL's tools (<c>postgresql://</c>, <c>postgres://</c>).
/// </summary>
public static class PostgresConnectionString
{
    /// <summary>The parameters of libpq, and Npgsql's names for them.</summary>
    private static readonly Dictionary<string, string> Libpq = new(StringComparer.OrdinalIgnoreCase)
    {
        ["host"] = "Host",
        ["port"] = "Port",
        ["dbname"] = "Database",
        ["user"] = "Username",
        ["password"] = "Password",
        ["passfile"] = "Passfile",
        ["sslmode"] = "SSL Mode",
        ["sslcert"] = "SSL Certificate",
        ["sslkey"] = "SSL Key",
        ["sslpassword"] = "SSL Password",
        ["sslrootcert"] = "Root Certificate",
        ["sslnegotiation"] = "SSL Negotiation",
        ["channel_binding"] = "Channel Binding",
        ["gssencmode"] = "GSS Encryption Mode",
        ["connect_timeout"] = "Timeout",
        ["application_name"] = "Application Name",
        ["client_encoding"] = "Client Encoding",
        ["options"] = "Options",
        ["target_session_attrs"] = "Target Session Attributes",
        ["load_balance_hosts"] = "Load Balance Hosts",
    };

    /// <summary>The servers and the database, for people. Contains no credentials.</summary>
    /// <exception cref="ConnectionStringException">The connection string is not valid.</exception>
    public static string Describe(string text) => Describe(Parse(text));

    /// <summary>Sets only the settings that were given, so that they remain distinguishable from defaults.</summary>
    /// <exception cref="ConnectionStringException">The connection string is not valid.</exception>
    internal static NpgsqlConnectionStringBuilder Parse(string text)
    {
        text = text.Trim();
        if (ServerUrl.IsUrl(text))
        {
            return FromUrl(ServerUrl.Parse(text));
        }

        try
        {
            var settings = new NpgsqlConnectionStringBuilder(text);
            return string.IsNullOrEmpty(settings.Host)
                ? throw new ConnectionStringException("it names no Host")
                : settings;
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException or OverflowException)
        {
            // Not the exception's own message: it may repeat a part of a password that contains a semicolon.
            throw new ConnectionStringException(
                "one of its keywords is not known, has a value that is none, or lacks its =. "
                + "Write Host=…;Username=…;Password='…', or as a URL postgresql://user:password@host:port/database");
        }
    }

    /// <inheritdoc cref="Describe(string)"/>
    internal static string Describe(NpgsqlConnectionStringBuilder settings)
    {
        var hosts = settings.Host!.Split(',', StringSplitOptions.TrimEntries)
            .Select(host => IsSocket(host) || HasPort(host) ? host : $"{host}:{settings.Port}");
        return $"PostgreSQL at {string.Join(", ", hosts)}/{settings.Database ?? settings.Username}";
    }

    private static bool IsSocket(string host) => host.StartsWith('/') || host.StartsWith('@');

    private static bool HasPort(string host) => host.IndexOf(':', StringComparison.Ordinal) is >= 0 and var first
        && (host.LastIndexOf(':') == first || host.Contains("]:", StringComparison.Ordinal));

    private static NpgsqlConnectionStringBuilder FromUrl(ServerUrl url)
    {
        if (url.Scheme is not ("postgres" or "postgresql"))
        {
            throw new ConnectionStringException("its scheme is neither postgresql nor postgres");
        }

        var settings = new NpgsqlConnectionStringBuilder();
        var hosts = url.Hosts.Where(host => host.Length > 0).ToArray();
        if (hosts.Length == 0
            && !url.Parameters.Any(parameter => parameter.Key.Equals("host", StringComparison.OrdinalIgnoreCase)))
        {
            throw new ConnectionStringException("it names no host");
        }

        Set(settings, "host", "Host", string.Join(',', hosts));
        if (hosts is [var only] && !IsSocket(only) && HasPort(only))
        {
            var colon = only.LastIndexOf(':');
            Set(settings, "host", "Host", only[..colon].Trim('[', ']'));
            Set(settings, "port", "Port", only[(colon + 1)..]);
        }

        (string, string?)[] parts = [("Username", url.User), ("Password", url.Password), ("Database", url.Path)];
        foreach (var (name, value) in parts)
        {
            if (value is not null)
            {
                Set(settings, name, name, value);
            }
        }

        foreach (var (name, value) in url.Parameters)
        {
            // libpq writes verify-full, Npgsql VerifyFull.
            var isSslMode = name.Equals("sslmode", StringComparison.OrdinalIgnoreCase);
            var setting = isSslMode ? value.Replace("-", string.Empty, StringComparison.Ordinal) : value;
            Set(settings, name, Libpq.GetValueOrDefault(name) ?? name, setting);
        }

        return settings;
    }

    private static void Set(NpgsqlConnectionStringBuilder settings, string name, string keyword, string value)
    {
        try
        {
            settings[keyword] = value;
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException or OverflowException)
        {
            throw new ConnectionStringException($"its {name} is not known, or has a value that is none");
        }
    }
}

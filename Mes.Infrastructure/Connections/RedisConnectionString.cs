using System.Globalization;
using System.Net;
using System.Net.Sockets;
using StackExchange.Redis;

namespace Mes.Infrastructure.Connections;

/// <summary>
/// Parses connection strings to Redis. Accepts the client's own form (<c>host:port,password=…</c>, in any order) and
/// URLs: <c>redis://</c>, <c>rediss://</c> (TLS) and <c>unix://</c>.
/// </summary>
public static class RedisConnectionString
{
    private const int Port = 6379;
    private const string Socket = "!";

    private const string Hint = "Write host:port,password=…, or as a URL redis://user:password@host:port, " +
        "in which a password may have commas (as %2C)";

    /// <summary>The servers, and whether the connection is encrypted, for people. Contains no credentials.</summary>
    /// <exception cref="ConnectionStringException">The connection string is not valid.</exception>
    public static string Describe(string text) => Describe(Parse(text));

    /// <exception cref="ConnectionStringException">The connection string is not valid.</exception>
    internal static ConfigurationOptions Parse(string text)
    {
        const StringSplitOptions clean = StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries;
        text = text.Trim();
        return ServerUrl.IsUrl(text) ? FromUrl(ServerUrl.Parse(text)) : FromParts(text.Split(',', clean));
    }

    /// <inheritdoc cref="Describe(string)"/>
    internal static string Describe(ConfigurationOptions options) =>
        $"Redis at {string.Join(", ", options.EndPoints.Select(Describe))}{(options.Ssl ? " (TLS)" : string.Empty)}";

    private static string Describe(EndPoint endPoint) => endPoint switch
    {
        DnsEndPoint dns => $"{dns.Host}:{(dns.Port == 0 ? Port : dns.Port)}",
        IPEndPoint { Port: 0 } ip => new IPEndPoint(ip.Address, Port).ToString(),
        _ => endPoint.ToString()!,
    };

    private static ConfigurationOptions FromUrl(ServerUrl url)
    {
        List<string> parts = [];
        switch (url.Scheme)
        {
            case "redis" or "rediss":
                // Not taken for this machine: more likely what should stand there was not filled in.
                parts.AddRange(url.Hosts.All(host => host.Length > 0 && host[0] != ':')
                    ? url.Hosts
                    : throw new ConnectionStringException("it names no host"));
                if (url.Path is not null)
                {
                    parts.Add($"defaultDatabase={Database(url.Path)}");
                }

                break;
            case "unix":
                parts.Add($"{Socket}/{url.Path}");
                break;
            default:
                throw new ConnectionStringException("its scheme is none of redis, rediss, unix");
        }

        foreach (var (name, value) in url.Parameters)
        {
            if (value.Contains(',', StringComparison.Ordinal))
            {
                throw new ConnectionStringException($"its parameter {name} has a comma");
            }

            parts.Add(name.ToLowerInvariant() switch
            {
                "db" => $"defaultDatabase={Database(value)}",
                "tls" => $"ssl={value}",
                _ => $"{name}={value}",
            });
        }

        var options = FromParts([.. parts]);
        if (url.Scheme == "rediss")
        {
            options.Ssl = true;
        }

        if (url.User is not null && url.Password is not null)
        {
            options.User = url.User;
        }

        // Some providers write redis://secret@host, with a password only.
        options.Password = url.Password ?? url.User ?? options.Password;
        return options;
    }

    private static int Database(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new ConnectionStringException("the database that it names is not a number");

    private static ConfigurationOptions FromParts(string[] parts)
    {
        for (var i = 0; i < parts.Length; i++)
        {
            // Each part by itself, so that the message can name a wrong part by its position: its text may belong to a
            // password that contains a comma.
            Check(parts[i], i + 1);
        }

        var options = ConfigurationOptions.Parse(string.Join(',', parts));
        return options.EndPoints.Count > 0 ? options : throw new ConnectionStringException("it names no server");
    }

    private static void Check(string part, int place)
    {
        ConfigurationOptions one;
        try
        {
            one = ConfigurationOptions.Parse(part);
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException or OverflowException)
        {
            throw new ConnectionStringException(
                $"the {Ordinal(place)} of the parts between its commas is not an option that is known, " +
                $"or has a value that is none. {Hint}");
        }

        var isOption = part.Contains('=', StringComparison.Ordinal) || part.StartsWith('$');
        if (!isOption && (one.EndPoints.Count == 0 || !IsServer(one.EndPoints[0])))
        {
            throw new ConnectionStringException(
                $"the {Ordinal(place)} of the parts between its commas is neither a server nor an option. {Hint}");
        }
    }

    private static bool IsServer(EndPoint endPoint) => endPoint switch
    {
        IPEndPoint => true,
        UnixDomainSocketEndPoint => true,
        DnsEndPoint { Host.Length: > 0 } dns =>
            dns.Host.All(letter => char.IsLetterOrDigit(letter) || letter is '.' or '-' or '_'),
        _ => false,
    };

    private static string Ordinal(int place) => place switch
    {
        1 => "first",
        2 => "second",
        3 => "third",
        _ => $"{place}th",
    };
}

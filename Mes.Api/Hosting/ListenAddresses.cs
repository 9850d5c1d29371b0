namespace Mes.Api.Hosting;

/// <summary>
/// The addresses that the service listens on, from the framework's settings: <c>urls</c>, otherwise <c>http_ports</c>
/// and <c>https_ports</c>, otherwise the default.
/// </summary>
internal static class ListenAddresses
{
    private const string Default = "http://localhost:5080";
    private const char Separator = ';';

    public static IReadOnlyList<string> Of(IConfiguration configuration)
    {
        if (Split(configuration[WebHostDefaults.ServerUrlsKey]) is { Length: > 0 } urls)
        {
            return urls;
        }

        string[] ports =
        [
            .. Split(configuration[WebHostDefaults.HttpPortsKey]).Select(port => $"http://*:{port}"),
            .. Split(configuration[WebHostDefaults.HttpsPortsKey]).Select(port => $"https://*:{port}"),
        ];
        return ports.Length > 0 ? ports : [Default];
    }

    public static string[] Split(string? list) =>
        list?.Split(Separator, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];

    public static string Join(IEnumerable<string> addresses) => string.Join(Separator, addresses);

    /// <summary>Null for an address that the server could not bind to, or would misread.</summary>
    public static BindingAddress? Parse(string address)
    {
        try
        {
            var parsed = BindingAddress.Parse(address);
            return parsed.Scheme.ToLowerInvariant() is "http" or "https"
                && parsed.PathBase.Length == 0
                && (parsed.IsUnixPipe || (parsed.Port is >= 0 and <= 65_535 && IsHost(parsed.Host)))
                && !(parsed.Port == 0 && parsed.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase))
                    ? parsed
                    : null;
        }
        catch (FormatException)
        {
            return null;
        }
    }

    /// <summary>The parser takes a port that is no number for a part of the host.</summary>
    private static bool IsHost(string host) => host.StartsWith('[') || !host.Contains(':');
}

namespace Mes.Api.Hosting;

/// <summary>
/// A separate port for operators. With <c>Mes:Operations:Urls</c>, that port serves <c>/health</c> and <c>/metrics</c>
/// and nothing else, and the public port does not serve them. Then a proxy has nothing to hide on the public port.
/// </summary>
/// <remarks>The local port of the connection decides, which no header can change.</remarks>
internal sealed class OperationsPort
{
    private static readonly PathString[] Paths = ["/health", "/metrics"];

    private readonly HashSet<int> _ports;

    private OperationsPort(IReadOnlyList<string> addresses) =>
        (Addresses, _ports) = (addresses, [.. addresses.Select(address => ListenAddresses.Parse(address)!.Port)]);

    public static SettingForm Form { get; } = new(
        "one or more URLs with a port, such as http://*:8081, separated by semicolons",
        value => ListenAddresses.Split(value)
            .All(address => ListenAddresses.Parse(address) is { IsUnixPipe: false, Port: > 0 }));

    public IReadOnlyList<string> Addresses { get; }

    /// <summary>
    /// Null when the setting is missing or blank: what an image has set cannot be unset, only overwritten.
    /// </summary>
    public static OperationsPort? From(IConfiguration configuration) =>
        ListenAddresses.Split(configuration[Settings.OperationsUrls]) is { Length: > 0 } addresses
            ? new OperationsPort(addresses)
            : null;

    /// <summary>What conflicts with the other addresses; null when nothing does.</summary>
    public static string? Objection(IConfiguration configuration)
    {
        var urls = configuration[Settings.OperationsUrls] ?? string.Empty;
        if (!Form.Accepts(urls) || From(configuration) is not { } operations)
        {
            return null;
        }

        if (configuration.GetSection("Kestrel:Endpoints").GetChildren().Any())
        {
            return $"{Settings.OperationsUrls} cannot be combined with Kestrel:Endpoints: set ASPNETCORE_URLS instead.";
        }

        return ListenAddresses.Of(configuration).Select(ListenAddresses.Parse).FirstOrDefault(
            address => address is { IsUnixPipe: false } && operations._ports.Contains(address.Port)) is { } shared
            ? $"{Settings.OperationsUrls} is '{urls}': it must have a port of its own, but the service itself uses {shared}."
            : null;
    }

    /// <summary>Whether the request came in on the wrong port.</summary>
    public bool IsWrongDoor(HttpContext http) => _ports.Contains(http.Connection.LocalPort) != Holds(http.Request.Path);

    /// <summary>Whether the path belongs to the operations port.</summary>
    public static bool Holds(PathString path) => Paths.Any(own => path.StartsWithSegments(own));
}

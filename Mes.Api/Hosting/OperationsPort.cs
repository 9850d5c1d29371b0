namespace Mes.Api.Hosting;

/// <summary>
/// A port of its own for whoever runs the service: with <c>Mes:Operations:Urls</c>, <c>/health</c> and <c>/metrics</c> are there and nowhere
/// else, and there is nothing else there. What the outside reaches then has nothing that a proxy would have to hide.
/// </summary>
/// <remarks>Told apart by the port that a connection came in on, which no header can change.</remarks>
internal sealed class OperationsPort
{
    private static readonly PathString[] Paths = ["/health", "/metrics"];

    private readonly HashSet<int> _ports;

    private OperationsPort(IReadOnlyList<string> addresses) =>
        (Addresses, _ports) = (addresses, [.. addresses.Select(address => ListenAddresses.Parse(address)!.Port)]);

    public static SettingForm Form { get; } = new(
        "one or more URLs with a port, such as http://*:8081, separated by semicolons",
        value => ListenAddresses.Split(value).All(address => ListenAddresses.Parse(address) is { IsUnixPipe: false, Port: > 0 }));

    public IReadOnlyList<string> Addresses { get; }

    /// <summary>Null when none is set, or nothing but blanks: what an image has set can only be set to something else.</summary>
    public static OperationsPort? From(IConfiguration configuration) =>
        ListenAddresses.Split(configuration[Settings.OperationsUrls]) is { Length: > 0 } addresses ? new OperationsPort(addresses) : null;

    /// <summary>What is wrong with it beside the other addresses; null when nothing is.</summary>
    public static string? Objection(IConfiguration configuration)
    {
        var urls = configuration[Settings.OperationsUrls] ?? string.Empty;
        if (!Form.Accepts(urls) || From(configuration) is not { } operations)
        {
            return null;
        }

        if (configuration.GetSection("Kestrel:Endpoints").GetChildren().Any())
        {
            return $"{Settings.OperationsUrls} does not go with Kestrel:Endpoints: set ASPNETCORE_URLS instead.";
        }

        return ListenAddresses.Of(configuration).Select(ListenAddresses.Parse).FirstOrDefault(address => address is { IsUnixPipe: false } && operations._ports.Contains(address.Port)) is { } shared
            ? $"{Settings.OperationsUrls} is '{urls}': it must have a port of its own, and the service itself is at {shared}."
            : null;
    }

    /// <summary>True when somebody asks for the one at the other.</summary>
    public bool IsWrongDoor(HttpContext http) => _ports.Contains(http.Connection.LocalPort) != Holds(http.Request.Path);

    /// <summary>Whether the path is one of those that are moved.</summary>
    public static bool Holds(PathString path) => Paths.Any(own => path.StartsWithSegments(own));
}

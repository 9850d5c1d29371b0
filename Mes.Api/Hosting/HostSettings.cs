using System.Globalization;

namespace Mes.Api.Hosting;

/// <summary>
/// Checks those settings of the framework and of OpenTelemetry that would otherwise fail with an exception, or be
/// ignored silently.
/// </summary>
internal static class HostSettings
{
    private const int MaxPort = 65_535;

    private static readonly SettingForm Port = new(
        "one or more ports from 1 to 65535, separated by semicolons",
        value => ListenAddresses.Split(value)
            .All(port => int.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                && number is >= 1 and <= MaxPort));

    private static readonly SettingForm Urls = new(
        "one or more URLs such as http://*:8080, separated by semicolons, without a path",
        value => ListenAddresses.Split(value).All(address => ListenAddresses.Parse(address) is not null));

    private static readonly SettingForm Level = new(
        $"one of {string.Join(", ", Enum.GetNames<LogLevel>())}",
        value => value.Length == 0
            || (Enum.TryParse<LogLevel>(value, ignoreCase: true, out var level) && Enum.IsDefined(level)));

    private static readonly SettingForm Endpoint = new(
        "a URL such as http://collector:4317",
        value => value.Length == 0
            || (Uri.TryCreate(value, UriKind.Absolute, out var url) && url.Scheme is "http" or "https"));

    private static readonly SettingForm Protocol =
        new("grpc or http/protobuf", value => value is "" or "grpc" or "http/protobuf");

    private static readonly SettingForm Milliseconds = new(
        "a whole number of milliseconds",
        value => value.Length == 0 || int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out _));

    private static readonly SettingForm Headers = new(
        "names and values such as name=value, separated by commas",
        value => value.Split(',')
            .All(pair => string.IsNullOrWhiteSpace(pair) || pair.Trim().IndexOf('=', StringComparison.Ordinal) > 0),
        IsSecret: true);

    private static readonly (string Key, string Name, SettingForm Form)[] Known =
    [
        (WebHostDefaults.ServerUrlsKey, "ASPNETCORE_URLS (--urls)", Urls),
        (WebHostDefaults.HttpPortsKey, "ASPNETCORE_HTTP_PORTS", Port),
        (WebHostDefaults.HttpsPortsKey, "ASPNETCORE_HTTPS_PORTS", Port),
        .. new[] { "", "TRACES_" }.SelectMany(signal => new[]
        {
            Otlp($"{signal}ENDPOINT", Endpoint),
            Otlp($"{signal}PROTOCOL", Protocol),
            Otlp($"{signal}TIMEOUT", Milliseconds),
            Otlp($"{signal}HEADERS", Headers),
        }),
        .. new[] { "SCHEDULE_DELAY", "EXPORT_TIMEOUT", "MAX_QUEUE_SIZE", "MAX_EXPORT_BATCH_SIZE" }.Select(
            name => ($"OTEL_BSP_{name}", $"OTEL_BSP_{name}", Milliseconds)),
    ];

    /// <summary>One line each.</summary>
    public static IEnumerable<string?> Errors(IConfiguration configuration) =>
    [
        .. Known.Select(known => Objection(known.Name, known.Form, configuration[known.Key])),
        .. from section in new[] { configuration.GetSection("Logging") }.Concat(
            configuration.GetSection("Logging").GetChildren())
           from level in section.GetSection("LogLevel").GetChildren()
           select Objection(level.Path, Level, level.Value),
        .. from endpoint in configuration.GetSection("Kestrel:Endpoints").GetChildren()
           select Objection($"{endpoint.Path}:Url", Urls, endpoint["Url"]),
        OperationsPort.Objection(configuration),
    ];

    private static (string, string, SettingForm) Otlp(string name, SettingForm form) =>
        ($"OTEL_EXPORTER_OTLP_{name}", $"OTEL_EXPORTER_OTLP_{name}", form);

    private static string? Objection(string name, SettingForm form, string? value) =>
        value is null ? null : new Setting(name, form, "", "").Objection(value);
}

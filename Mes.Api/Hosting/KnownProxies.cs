using System.Net;
using Microsoft.AspNetCore.HttpOverrides;
using IPNetwork = System.Net.IPNetwork;

namespace Mes.Api.Hosting;

/// <summary>
/// The proxies that the service stands behind. Only of these does it believe what they say about the caller in
/// <c>X-Forwarded-For</c>, <c>-Proto</c> and <c>-Host</c>: anybody else could claim to be anybody.
/// </summary>
internal static class KnownProxies
{
    private const char Separator = ',';

    public static SettingForm Form { get; } = new(
        "one or more addresses or networks, such as 10.0.0.0/8 or fd00::5, separated by commas",
        value => Split(value).All(proxy => IsAddress(proxy) || IPNetwork.TryParse(proxy, out _)));

    /// <param name="setting">Already checked; null or blank where there is no proxy.</param>
    public static void UseKnownProxies(this IApplicationBuilder app, string? setting)
    {
        if (Split(setting) is not { Length: > 0 } proxies)
        {
            return;
        }

        var options = new ForwardedHeadersOptions
        {
            ForwardedHeaders = ForwardedHeaders.XForwardedFor
                | ForwardedHeaders.XForwardedProto
                | ForwardedHeaders.XForwardedHost,
            // One proxy may stand behind another; the first address that is none of them is the caller's.
            ForwardLimit = null,
        };
        options.KnownProxies.Clear();
        options.KnownIPNetworks.Clear();
        foreach (var proxy in proxies)
        {
            if (IsAddress(proxy))
            {
                options.KnownProxies.Add(IPAddress.Parse(proxy));
            }
            else
            {
                options.KnownIPNetworks.Add(IPNetwork.Parse(proxy));
            }
        }

        app.UseForwardedHeaders(options);
    }

    /// <summary>The framework would read <c>10</c> as 0.0.0.10.</summary>
    private static bool IsAddress(string text) =>
        IPAddress.TryParse(text, out _) && (text.Contains(':') || text.Count(c => c == '.') == 3);

    private static string[] Split(string? list) =>
        list?.Split(Separator, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];
}

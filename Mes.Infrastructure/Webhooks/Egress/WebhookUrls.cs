using System.Globalization;
using System.Net;
using Mes.Application.Webhooks;

namespace Mes.Infrastructure.Webhooks.Egress;

/// <summary>
/// Decides by the text of a URL, when it is set. It refuses what can never be sent to; a name is looked up only when
/// the connection is made, and may by then mean another address.
/// </summary>
internal sealed class WebhookUrls(WebhookSettings settings) : IWebhookUrls
{
    private const string Local = "localhost";

    public string? Object(string url)
    {
        if (url.Any(c => char.IsControl(c) || char.IsWhiteSpace(c) || c == '\\')
            || !Uri.TryCreate(url, UriKind.Absolute, out var parsed)
            || parsed.Host.Length == 0)
        {
            return "must be an absolute URL such as https://shop.example/hooks";
        }

        if (parsed.Scheme != Uri.UriSchemeHttps
            && !(settings.AllowPrivateAddresses && parsed.Scheme == Uri.UriSchemeHttp))
        {
            return settings.AllowPrivateAddresses ? "must begin with https:// or http://" : "must begin with https://";
        }

        if (parsed.UserInfo.Length > 0 || Authority(url).Contains('@'))
        {
            return "must not have a user name or a password";
        }

        if (url.Contains('#'))
        {
            return "must not have a fragment";
        }

        return settings.AllowPrivateAddresses || IsPublic(parsed) ? null : "must not lead to a private address";
    }

    private static string Authority(string url)
    {
        var rest = url[(url.IndexOf("://", StringComparison.Ordinal) + 3)..];
        var end = rest.IndexOfAny(['/', '?', '#']);
        return end < 0 ? rest : rest[..end];
    }

    private static bool IsPublic(Uri url)
    {
        var host = Plain(url.Host.Trim('[', ']')).TrimEnd('.');
        return host.Length > 0
            && !host.Equals(Local, StringComparison.OrdinalIgnoreCase)
            && !host.EndsWith($".{Local}", StringComparison.OrdinalIgnoreCase)
            // Also decimal, octal, hexadecimal and short forms, as the system's own functions read them.
            && (!IPAddress.TryParse(host, out var address) || PublicAddresses.IsReachable(address))
            && (url.HostNameType != UriHostNameType.IPv4 || PublicAddresses.IsReachable(IPAddress.Parse(url.Host)));
    }

    /// <summary>
    /// The host in ASCII where a resolver could take it for that: percent-encoding, full stops, letters and digits of
    /// other blocks.
    /// </summary>
    private static string Plain(string host) => string.Concat(Uri.UnescapeDataString(host).Select(c => c switch
    {
        '\u3002' or '\uFF0E' or '\uFF61' => '.',
        >= '\uFF01' and <= '\uFF5E' => (char)(c - 0xFEE0),
        _ when !char.IsAscii(c) && CharUnicodeInfo.GetDigitValue(c) is >= 0 and var digit => (char)('0' + digit),
        _ => c,
    }));
}

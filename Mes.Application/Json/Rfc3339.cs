using System.Globalization;
using System.Text.RegularExpressions;

namespace Mes.Application.Json;

/// <summary>Times as RFC 3339, section 5.6, writes them: a date, a time and always an offset.</summary>
public static partial class Rfc3339
{
    private const string Format = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";

    /// <summary>UTC, with exactly three decimals.</summary>
    public static string Write(DateTimeOffset time) => time.UtcDateTime.ToString(Format, CultureInfo.InvariantCulture);

    public static bool TryWrite(DateTimeOffset time, Span<byte> utf8, out int written) =>
        time.UtcDateTime.TryFormat(utf8, out written, Format, CultureInfo.InvariantCulture);

    /// <summary>Any offset and any number of decimals; what is finer than a millisecond is cut off.</summary>
    public static bool TryParse(string? text, out DateTimeOffset time)
    {
        time = default;
        if (text is null || !Pattern().IsMatch(text)
            || !DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var parsed))
        {
            return false;
        }

        time = DateTimeOffset.FromUnixTimeMilliseconds(parsed.ToUnixTimeMilliseconds());
        return true;
    }

    [GeneratedRegex(@"\A[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?([Zz]|[+-][0-9]{2}:[0-9]{2})\z")]
    private static partial Regex Pattern();
}

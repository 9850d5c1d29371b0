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

    /// <summary>Any offset and any number of decimals; fractions of a millisecond are cut off.</summary>
    public static bool TryParse(string? text, out DateTimeOffset time)
    {
        time = default;
        if (text is null || Pattern().Match(text) is not { Success: true } match)
        {
            return false;
        }

        // Without the decimals after the third: the framework would round after the seventh.
        var toMilliseconds = string.Concat(
            match.Groups["time"].ValueSpan, match.Groups["decimals"].ValueSpan, match.Groups["offset"].ValueSpan);
        return DateTimeOffset.TryParse(
            toMilliseconds,
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
            out time);
    }

    [GeneratedRegex(
        @"\A(?<time>[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2})"
        + @"((?<decimals>\.[0-9]{1,3})[0-9]{0,6})?(?<offset>[Zz]|[+-][0-9]{2}:[0-9]{2})\z")]
    private static partial Regex Pattern();
}

using System.Globalization;
using System.Text.RegularExpressions;
using Mes.Infrastructure.Connections;

namespace Mes.Api.Hosting;

/// <summary>The values that a setting allows.</summary>
/// <param name="Allowed">Ends the sentence "it must be …".</param>
/// <param name="IsSecret">The value is never shown.</param>
/// <param name="Explain">
/// What is wrong with a value, without its secret parts; null where <paramref name="Allowed"/> says enough.
/// </param>
internal sealed partial record SettingForm(
    string Allowed, Func<string, bool> Accepts, bool IsSecret = false, Func<string, string?>? Explain = null)
{
    private const string SpanFormat = @"hh\:mm\:ss";

    public static SettingForm Flag { get; } = new("true or false", value => bool.TryParse(value, out _));

    public static SettingForm Text { get; } =
        new("a text that is not blank", value => !string.IsNullOrWhiteSpace(value));

    /// <summary>Never shown, and often read from a file (<see cref="SettingFiles"/>).</summary>
    public static SettingForm ProxyUrl { get; } = new(
        "a URL such as http://proxy:3128",
        value => string.IsNullOrWhiteSpace(value)
            || (Uri.TryCreate(value, UriKind.Absolute, out var url) && url.Scheme is "http" or "https"));

    public static SettingForm Secret { get; } =
        new("a text that is not blank", value => !string.IsNullOrWhiteSpace(value), IsSecret: true);

    /// <summary>
    /// Requires hours, minutes and seconds: the framework reads a plain <c>50</c> as fifty days, and <c>24:00:00</c> as
    /// twenty-four days.
    /// </summary>
    public static SettingForm Span(TimeSpan min, TimeSpan max) => new(
        $"a time span (hh:mm:ss) from {Write(min)} to {Write(max)}",
        value => SpanPattern().IsMatch(value)
            && TimeSpan.TryParse(value, CultureInfo.InvariantCulture, out var span)
            && span >= min && span <= max);

    /// <summary>Digits only: the framework also accepts <c>0x10</c>.</summary>
    public static SettingForm Whole(long min, long max) => new(
        string.Create(CultureInfo.InvariantCulture, $"a whole number from {min} to {max}"),
        value => long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && number >= min
            && number <= max);

    public static SettingForm Share { get; } = new(
        "a number from 0 to 1, such as 0.01",
        value => double.TryParse(value, NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent,
            CultureInfo.InvariantCulture, out var share)
            && share is >= 0 and <= 1);

    /// <summary>May contain a password, so messages explain the error without showing the value.</summary>
    /// <param name="allowed">Ends the sentence "it must be …".</param>
    /// <param name="read">
    /// Throws a <see cref="ConnectionStringException"/> where it does not understand the value.
    /// </param>
    public static SettingForm ConnectionString(string allowed, Action<string> read)
    {
        return new(allowed, value => Explain(value) is null, IsSecret: true, Explain);

        string? Explain(string value)
        {
            try
            {
                if (!string.IsNullOrWhiteSpace(value))
                {
                    read(value);
                }

                return null;
            }
            catch (ConnectionStringException exception)
            {
                return exception.Message;
            }
        }
    }

    /// <summary>Formats a time span as a setting.</summary>
    public static string Write(TimeSpan span) =>
        (span.Days > 0 ? $"{span.Days}." : "") + span.ToString(SpanFormat, CultureInfo.InvariantCulture)
        + (span.Milliseconds > 0 ? span.ToString(@"\.fff", CultureInfo.InvariantCulture) : "");

    [GeneratedRegex(@"\A([0-9]{1,5}\.)?([01]?[0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]{1,7})?\z")]
    private static partial Regex SpanPattern();
}

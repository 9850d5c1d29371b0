using System.Globalization;

namespace Mes.Application.ApiKeys;

/// <summary>Where a page of keys ended. The next page starts after it.</summary>
/// <param name="CreatedAt">In whole milliseconds.</param>
public sealed record ApiKeyPosition(DateTimeOffset CreatedAt, string Id)
{
    /// <summary>For a cursor.</summary>
    internal string Write() =>
        string.Create(CultureInfo.InvariantCulture, $"{CreatedAt.ToUnixTimeMilliseconds()} {Id}");

    /// <param name="text">As <see cref="Write"/> has made it.</param>
    internal static ApiKeyPosition Read(string text)
    {
        var space = text.IndexOf(' ', StringComparison.Ordinal);
        return new(
            DateTimeOffset.FromUnixTimeMilliseconds(long.Parse(text.AsSpan(0, space), CultureInfo.InvariantCulture)),
            text[(space + 1)..]);
    }
}

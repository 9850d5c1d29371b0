using System.Globalization;

namespace Mes.Application.Webhooks.ListDeliveries;

/// <summary>Where a page of the log ended. The next page starts after it.</summary>
/// <param name="At">In whole milliseconds.</param>
/// <param name="Rank">Orders rows of the same time.</param>
public sealed record DeliveryPosition(DateTimeOffset At, long Rank)
{
    /// <summary>For a cursor.</summary>
    internal string Write() =>
        string.Create(CultureInfo.InvariantCulture, $"{At.ToUnixTimeMilliseconds()} {Rank}");

    /// <param name="text">As <see cref="Write"/> has made it.</param>
    internal static DeliveryPosition Read(string text)
    {
        var space = text.IndexOf(' ', StringComparison.Ordinal);
        return new(
            DateTimeOffset.FromUnixTimeMilliseconds(long.Parse(text.AsSpan(0, space), CultureInfo.InvariantCulture)),
            long.Parse(text.AsSpan(space + 1), CultureInfo.InvariantCulture));
    }
}

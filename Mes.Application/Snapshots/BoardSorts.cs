using System.Text.Json;

namespace Mes.Application.Snapshots;

/// <summary>What a column is sorted by.</summary>
public static class BoardSorts
{
    /// <summary>The due date of an order that has none: behind all others.</summary>
    public static readonly DateTimeOffset NotDue = DateTimeOffset.FromUnixTimeMilliseconds(253_402_300_799_999);

    /// <summary>The time that an order stands in the column by, in whole milliseconds.</summary>
    internal static DateTimeOffset TimeOf(this BoardSort sort, OrderSnapshot order) =>
        sort == BoardSort.Due ? DueAt(order.Json.Span) ?? NotDue : order.StatusChangedAt;

    private static DateTimeOffset? DueAt(ReadOnlySpan<byte> order)
    {
        var reader = new Utf8JsonReader(order);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isDueAt = reader.ValueTextEquals("dueAt"u8);
            reader.Read();
            if (isDueAt)
            {
                return reader.TokenType == JsonTokenType.Null ? null : reader.GetDateTimeOffset();
            }

            reader.Skip();
        }

        throw new JsonException("The order has no field dueAt.");
    }
}

using System.Text.Json;
using Mes.Application.Snapshots;

namespace Mes.Application.Board;

/// <summary>Cards by themselves, for those who follow the board.</summary>
public static class BoardCards
{
    /// <returns>The <see cref="CardDocument"/> in UTF-8.</returns>
    public static byte[] Serialize(OrderSnapshot order)
    {
        using var stream = new MemoryStream(order.Json.Length);
        using (var writer = new Utf8JsonWriter(stream, new JsonWriterOptions { SkipValidation = true }))
        {
            CardsConverter.Write(writer, order.Json.Span);
        }

        return stream.ToArray();
    }
}

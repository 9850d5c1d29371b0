using System.Text.Json;
using System.Text.Json.Serialization;
using Mes.Application.Snapshots;

namespace Mes.Application.Board;

/// <summary>
/// Writes orders as <see cref="CardDocument"/>s, whose fields it copies from the orders' existing bytes. A board has
/// hundreds of cards, so none is parsed into an object.
/// </summary>
internal sealed class CardsConverter : JsonConverter<IReadOnlyList<OrderSnapshot>>
{
    private static readonly byte[][] Copied =
    [
        .. typeof(CardDocument).GetProperties().Select(property => property.Name)
            .Where(name => name != nameof(CardDocument.FileName))
            .Select(JsonNamingPolicy.CamelCase.ConvertName)
            .Select(System.Text.Encoding.UTF8.GetBytes),
    ];

    public override IReadOnlyList<OrderSnapshot> Read(
        ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        throw new NotSupportedException("Cards are written only.");

    public override void Write(
        Utf8JsonWriter writer, IReadOnlyList<OrderSnapshot> value, JsonSerializerOptions options)
    {
        writer.WriteStartArray();
        foreach (var order in value)
        {
            Write(writer, order.Json.Span);
        }

        writer.WriteEndArray();
    }

    /// <param name="order">The order's JSON in UTF-8.</param>
    public static void Write(Utf8JsonWriter writer, ReadOnlySpan<byte> order)
    {
        var reader = new Utf8JsonReader(order);
        reader.Read();
        writer.WriteStartObject();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("model"u8))
            {
                CopyFileName(ref reader, order, writer);
            }
            else if (IsCopied(reader.ValueSpan))
            {
                Copy(reader.ValueSpan, ref reader, order, writer);
            }
            else
            {
                reader.Skip();
            }
        }

        writer.WriteEndObject();
    }

    private static void CopyFileName(ref Utf8JsonReader reader, ReadOnlySpan<byte> order, Utf8JsonWriter writer)
    {
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("fileName"u8))
            {
                Copy("fileName"u8, ref reader, order, writer);
            }
            else
            {
                reader.Skip();
            }
        }
    }

    private static void Copy(
        ReadOnlySpan<byte> name, ref Utf8JsonReader reader, ReadOnlySpan<byte> order, Utf8JsonWriter writer)
    {
        reader.Read();
        var start = (int)reader.TokenStartIndex;
        reader.Skip();
        writer.WritePropertyName(name);
        writer.WriteRawValue(order[start..(int)reader.BytesConsumed], skipInputValidation: true);
    }

    private static bool IsCopied(ReadOnlySpan<byte> name)
    {
        foreach (var copied in Copied)
        {
            if (name.SequenceEqual(copied))
            {
                return true;
            }
        }

        return false;
    }
}

using System.Text.Json;
using System.Text.Json.Serialization;

namespace Mes.Application.Json;

/// <summary>See <see cref="Rfc3339"/>.</summary>
internal sealed class Rfc3339Converter : JsonConverter<DateTimeOffset>
{
    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String && Rfc3339.TryParse(reader.GetString(), out var time)
            ? time
            : throw new JsonException();

    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options)
    {
        Span<byte> utf8 = stackalloc byte[32];
        Rfc3339.TryWrite(value, utf8, out var written);
        writer.WriteStringValue(utf8[..written]);
    }
}

using System.Numerics;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Mes.Application.Json;

/// <summary>
/// Integers as JSON Schema defines them: any number without a fraction, in any notation (<c>20</c>, <c>20.0</c>,
/// <c>2e1</c>). The framework's own reader accepts only digits.
/// </summary>
/// <typeparam name="T">At most 64 bits.</typeparam>
internal sealed class WholeNumberConverter<T> : JsonConverter<T>
    where T : struct, IBinaryInteger<T>, IMinMaxValue<T>
{
    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.Number && ExactNumber.Read(ref reader).TryToInteger<T>(out var value)
            ? value
            : throw new JsonException();

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
        writer.WriteNumberValue(long.CreateChecked(value));
}

using System.Text.Json;
using System.Text.Json.Serialization;

namespace Mes.Application.Snapshots;

/// <summary>Writes an order's existing bytes. Orders are never read from JSON.</summary>
internal sealed class OrderSnapshotConverter : JsonConverter<OrderSnapshot>
{
    public override OrderSnapshot Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        throw new NotSupportedException("Orders are written only.");

    public override void Write(Utf8JsonWriter writer, OrderSnapshot value, JsonSerializerOptions options) =>
        writer.WriteRawValue(value.Json.Span, skipInputValidation: true);
}

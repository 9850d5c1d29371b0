using System.Text.Json;
using System.Text.Json.Serialization;
using Mes.Domain.Orders;

namespace Mes.Application.Json;

/// <summary>Statuses by their names, as values and as the keys of an object.</summary>
internal sealed class OrderStatusConverter : JsonConverter<OrderStatus>
{
    public override OrderStatus Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String ? Parse(reader.GetString()) : throw new JsonException();

    public override void Write(Utf8JsonWriter writer, OrderStatus value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.Name());

    public override OrderStatus ReadAsPropertyName(
        ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        Parse(reader.GetString());

    public override void WriteAsPropertyName(Utf8JsonWriter writer, OrderStatus value, JsonSerializerOptions options) =>
        writer.WritePropertyName(value.Name());

    private static OrderStatus Parse(string? name) =>
        OrderStatuses.TryParse(name, out var status) ? status : throw new JsonException();
}

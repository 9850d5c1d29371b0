using System.Reflection;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Mes.Api.Health;
using Mes.Api.Http;
using Mes.Application.ApiKeys;
using Mes.Application.Board;
using Mes.Application.Board.GetBoardColumn;
using Mes.Application.Events;
using Mes.Application.Events.GetEvents;
using Mes.Application.Orders;
using Mes.Application.Orders.GetOrderHistory;
using Mes.Application.Orders.SubmitOrder;
using Mes.Application.Paging;
using Mes.Application.Snapshots;
using Mes.Domain.Orders;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Mes.Api.OpenApi;

/// <summary>
/// Describes what the framework cannot see: how the service's converters write, what a body may omit, and the bounds of
/// <see cref="FieldRules"/>.
/// </summary>
internal sealed class SchemaTransformer : IOpenApiSchemaTransformer
{
    /// <summary>RFC 3339 in UTC with exactly three decimals, as in every response.</summary>
    private const string TimePattern = @"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z$";

    public async Task TransformAsync(
        OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken cancellationToken)
    {
        var type = context.JsonTypeInfo.Type;
        var property = context.JsonPropertyInfo;
        if (context.JsonTypeInfo.Kind == JsonTypeInfoKind.Object && schema.Properties is { Count: > 0 } properties)
        {
            // A response has every property; one without a value is null.
            schema.Required = IsBody(type) ? RequiredOfCallers(properties.Keys) : properties.Keys.ToHashSet();
        }

        if (type == typeof(OrderStatus))
        {
            schema.Type = JsonSchemaType.String;
            schema.Enum = Names(OrderStatuses.All);
            schema.Description = "The status of an order.";
        }
        else if ((Nullable.GetUnderlyingType(type) ?? type) == typeof(DateTimeOffset))
        {
            schema.Type = JsonSchemaType.String | (type == typeof(DateTimeOffset) ? 0 : JsonSchemaType.Null);
            schema.Pattern = property is not null && IsBody(property.DeclaringType) ? null : TimePattern;
        }
        else if ((Nullable.GetUnderlyingType(type) ?? type) is var number
            && (number == typeof(int) || number == typeof(long)))
        {
            schema.Type = JsonSchemaType.Integer | (type == number ? 0 : JsonSchemaType.Null);
        }
        else if (number == typeof(decimal) || number == typeof(double))
        {
            // An amount is not a double, as its decimal digits are exact; of a ratio it is no caller's concern.
            schema.Format = null;
        }
        else if (context.JsonTypeInfo is { Kind: JsonTypeInfoKind.Enumerable, ElementType: { } element }
            && element == typeof(OrderSnapshot))
        {
            // On the board it is written as a card, elsewhere as the document whose bytes it holds.
            var isCard = property?.DeclaringType is { } owner
                && (owner == typeof(BoardColumn) || owner == typeof(BoardColumnPage));
            schema.Type = JsonSchemaType.Array;
            schema.Items = await context.GetOrCreateSchemaAsync(
                isCard ? typeof(CardDocument) : typeof(OrderDocument), null, cancellationToken);
        }
        else if (context.JsonTypeInfo is { Kind: JsonTypeInfoKind.Dictionary, KeyType: { } key }
            && key == typeof(OrderStatus))
        {
            var names = (property?.Name == "entered" ? OrderStatuses.All : OrderStatuses.Active)
                .Select(status => status.Name()).ToArray();
            // Requested again, because the framework does not transform schemas that are added here.
            IOpenApiSchema value =
                await context.GetOrCreateSchemaAsync(context.JsonTypeInfo.ElementType!, null, cancellationToken);
            schema.Properties = names.ToDictionary(name => name, _ => value);
            schema.Required = names.ToHashSet();
            schema.AdditionalProperties = null;
            schema.AdditionalPropertiesAllowed = false;
        }

        if (property?.Name == "role")
        {
            schema.Enum = [.. Roles.Names.Select(name => JsonValue.Create(name))];
            schema.Type = JsonSchemaType.String;
        }

        if (type == typeof(SubmittedModel))
        {
            schema.Description = "The 3D model that is to be made.";
        }

        if (property?.AttributeProvider is PropertyInfo declared && !IsBody(property.DeclaringType)
            && new NullabilityInfoContext().Create(declared).ReadState == NullabilityState.NotNull)
        {
            // The framework considers a property without a setter nullable.
            schema.Type &= ~JsonSchemaType.Null;
        }

        if (property?.Name is "ids" or "notFound")
        {
            BoundIds(schema, isRequest: property.Name == "ids");
        }
        else if (schema.Type == JsonSchemaType.Array && property is not null)
        {
            Bound(schema, property);
        }

        if (property?.DeclaringType == typeof(HealthReport))
        {
            if (property.Name == "status")
            {
                schema.Enum = ["alive", "starting", "ready", "degraded", "stopping"];
            }
        }
        else if (property?.DeclaringType == typeof(EventDocument) && property.Name == "type")
        {
            // Not an enumeration: new types may come.
            schema.Pattern = "^[a-z]+(\\.[a-z_]+)+$";
        }
        else if (property is not null && IsValue(schema))
        {
            FieldRules.Apply(schema, property.Name, isRequest: IsBody(property.DeclaringType));
        }
        else if (schema is { Type: JsonSchemaType.Integer })
        {
            // Integers that are not properties are counts.
            schema.Minimum = "0";
        }
    }

    /// <summary>
    /// The service's body types make everything nullable, so that the validator reports what is missing. For callers, a
    /// required property must be present and is never null.
    /// </summary>
    private static HashSet<string>? RequiredOfCallers(IEnumerable<string> names) =>
        names.Where(name => !FieldRules.IsOptional(name)).ToHashSet() is { Count: > 0 } required ? required : null;

    private static void Bound(OpenApiSchema array, JsonPropertyInfo property)
    {
        if (property.Name == "columns")
        {
            array.MinItems = array.MaxItems = OrderStatuses.Active.Count;
        }
        else if (property.Name == "items")
        {
            array.MaxItems = property.DeclaringType == typeof(OrderHistory) ? PageLimits.HistoryDefault
                : property.DeclaringType == typeof(EventPage) ? GetEvents.MaxLimit
                : PageLimits.Max;
        }
    }

    private static void BoundIds(OpenApiSchema array, bool isRequest)
    {
        array.Type = JsonSchemaType.Array;
        array.MinItems = isRequest ? 1 : null;
        array.MaxItems = OrderLimits.MaxBatch;
        var id = new OpenApiSchema { Type = JsonSchemaType.String };
        FieldRules.Apply(id, "orderIdText", isRequest);
        array.Items = id;
    }

    private static bool IsBody(Type type) =>
        type.Namespace?.EndsWith(".Bodies", StringComparison.Ordinal) == true
            || type == typeof(SubmittedModel)
            || type == typeof(NoBody);

    private static bool IsValue(OpenApiSchema schema) =>
        schema.Type is { } type
            && (type & (JsonSchemaType.String | JsonSchemaType.Integer | JsonSchemaType.Number)) != 0;

    private static List<JsonNode> Names(IEnumerable<OrderStatus> statuses) =>
        [.. statuses.Select(status => JsonValue.Create(status.Name()))];
}

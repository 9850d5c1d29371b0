using System.Reflection;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Mes.Api.Health;
using Mes.Api.Http;
using Mes.Api.Webhooks;
using Mes.Api.Webhooks.Bodies;
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
using Mes.Application.Statistics.GetThroughput;
using Mes.Application.Webhooks;
using Mes.Application.Webhooks.ListDeliveries;
using Mes.Domain.Orders;
using Mes.Domain.Webhooks;
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
            schema.Required = !IsBody(type) ? properties.Keys.ToHashSet()
                : type.IsAssignableTo(typeof(IMergePatch)) ? null
                : RequiredOfCallers(properties.Keys);
        }

        if (type == typeof(OrderStatus))
        {
            schema.Type = JsonSchemaType.String;
            schema.Enum = Names(OrderStatuses.All);
            schema.Description = "The status of an order.";
        }
        else if (type == typeof(IEventData))
        {
            await DescribeEventDataAsync(schema, context, cancellationToken);
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
            // An amount is not a double: its decimal digits are exact. A ratio's precision is no caller's concern.
            schema.Format = number == typeof(decimal) ? "decimal" : null;
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

        if (type == typeof(IEventData))
        {
            await DescribeEventDataAsync(schema, context, cancellationToken);
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

        if (property?.Name == "types")
        {
            DescribeTypes(schema);
            schema.Type |= property.DeclaringType == typeof(RegisterWebhookBody) ? JsonSchemaType.Null : 0;
        }
        else if (property?.Name is "ids" or "notFound")
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
        else if (property?.Name is "status" or "statusReason" or "error"
            && WebhookWords(property.DeclaringType, property.Name) is { } words)
        {
            var isNullable = property.Name != "status";
            schema.Type = JsonSchemaType.String | (isNullable ? JsonSchemaType.Null : 0);
            schema.Enum = [.. words.Select(word => JsonValue.Create(word))];
            if (isNullable)
            {
                schema.Enum.Add(JsonNullSentinel.JsonNull);
            }
        }
        else if (property is { Name: "type" }
            && (property.DeclaringType == typeof(EventDocument) || property.DeclaringType == typeof(DeliveryDocument)))
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
        else if (property.Name == "days")
        {
            array.MaxItems = GetThroughput.MaxDays;
        }
        else if (property.Name == "warnings")
        {
            array.MaxItems = HealthReport.MaxWarnings;
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

    /// <summary>
    /// One object with the fields of all kinds of data, since generators of clients make nothing useful of several
    /// types that no field tells apart.
    /// </summary>
    private static async Task DescribeEventDataAsync(
        OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken cancellationToken)
    {
        var properties = new Dictionary<string, IOpenApiSchema>();
        foreach (var kind in new[] { typeof(EventData), typeof(WebhookEventData), typeof(TestEventData) })
        {
            var own = await context.GetOrCreateSchemaAsync(kind, null, cancellationToken);
            foreach (var (name, property) in own.Properties ?? new Dictionary<string, IOpenApiSchema>())
            {
                properties.Add(name, property);
            }
        }

        schema.Type = JsonSchemaType.Object;
        schema.AnyOf = null;
        schema.OneOf = null;
        schema.Required = null;
        schema.Discriminator = null;
        schema.Properties = properties;
        schema.AdditionalPropertiesAllowed = false;
        schema.Description =
            "Of an `order.` event: the order and what was changed. Of a `webhook.` event: the webhook and the reason.";
    }

    private static void DescribeTypes(OpenApiSchema array)
    {
        array.Type = JsonSchemaType.Array;
        array.MinItems = 1;
        array.MaxItems = FeedEvent.Types.Count;
        array.UniqueItems = true;
        // Not an enumeration: new types may come.
        array.Items = new OpenApiSchema { Type = JsonSchemaType.String, MinLength = 1, MaxLength = 64 };
    }

    /// <summary>The words that a property of webhooks may have; null for a property of something else.</summary>
    private static IEnumerable<string>? WebhookWords(Type type, string property) => (type.Name, property) switch
    {
        (nameof(ChangeWebhookBody), "status") => ["enabled", "disabled"],
        (nameof(WebhookDocument) or nameof(WebhookWithSecretDocument), "status") =>
            Enum.GetValues<WebhookStatus>().Select(WebhookDocument.NameOf),
        (nameof(WebhookDocument) or nameof(WebhookWithSecretDocument), "statusReason") => WebhookReasons.All,
        (nameof(DeliveryDocument), "status") => ["delivered", "failed", "waiting", "dropped"],
        (nameof(DeliveryDocument), "error") => ["timeout", "dns", "connect", "tls", "address", "status"],
        _ => null,
    };

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

using System.Globalization;
using System.Text.Json.Nodes;
using Mes.Api.Http;
using Mes.Api.Orders;
using Mes.Domain.Orders;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.Net.Http.Headers;
using Microsoft.OpenApi;

namespace Mes.Api.OpenApi;

/// <summary>Describes the parameters in path, query and headers.</summary>
internal sealed class ParameterTransformer : IOpenApiOperationTransformer
{
    private const string EntityTagList = """^\s*(\*|(W/)?"[^"]*"(\s*,\s*(W/)?"[^"]*")*)\s*$""";

    public Task TransformAsync(
        OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        foreach (var parameter in operation.Parameters?.OfType<OpenApiParameter>()
            .Where(p => p.In == ParameterLocation.Path) ?? [])
        {
            DescribePath(parameter);
        }

        List<IOpenApiParameter> more =
            [.. context.AllMetadata<QueryParameter>().Select(query => Query(query, context.Document!))];
        if (context.Metadata<ChangeMetadata>() is not null)
        {
            more.Add(EntityTag(HeaderNames.IfMatch,
                "Change the order only if it is in this version; otherwise the answer is 412. Compared strongly."));
        }

        if (operation.Responses?.ContainsKey("304") == true)
        {
            more.Add(EntityTag(HeaderNames.IfNoneMatch,
                "The version that the caller has; if the order still has it, the answer is 304."));
        }

        if (context.Metadata<IdempotencyKeyMetadata>() is not null)
        {
            more.Add(IdempotencyKey());
        }

        if (more.Count > 0)
        {
            operation.Parameters = [.. operation.Parameters ?? [], .. more];
        }

        return Task.CompletedTask;
    }

    private static void DescribePath(OpenApiParameter parameter)
    {
        switch (parameter.Name)
        {
            case "id":
                parameter.Description = "The order's id. A malformed id is a 404.";
                parameter.Schema = new OpenApiSchema { Type = JsonSchemaType.String, Format = "uuid" };
                parameter.Example = JsonValue.Create(Examples.OrderId.ToString("D"));
                break;
            case "keyId":
                parameter.Description =
                    "The key's id: the part between `mes_live_` and the next underscore. A malformed id is a 404.";
                parameter.Schema = new OpenApiSchema { Type = JsonSchemaType.String, MaxLength = 64 };
                parameter.Example = JsonValue.Create(Examples.KeyId);
                break;
            case "webhookId":
                parameter.Description = "The webhook's id. A malformed id is a 404.";
                parameter.Schema = new OpenApiSchema { Type = JsonSchemaType.String, Format = "uuid" };
                parameter.Example = JsonValue.Create(Examples.WebhookId.ToString("D"));
                break;
            case "eventId":
                parameter.Description = "The event's id. A malformed id is a 404.";
                parameter.Schema = new OpenApiSchema { Type = JsonSchemaType.String, Format = "uuid" };
                parameter.Example = JsonValue.Create(Examples.EventId.ToString("D"));
                break;
            case "status":
                parameter.Description = "An active status. Any other is a 404.";
                parameter.Schema = new OpenApiSchema
                {
                    Type = JsonSchemaType.String,
                    Enum = [.. OrderStatuses.Active.Select(status => JsonValue.Create(status.Name()))],
                };
                parameter.Example = JsonValue.Create(Examples.ColumnStatus.Name());
                break;
            default:
                throw new NotSupportedException($"Describe the path parameter {parameter.Name} here.");
        }
    }

    private static OpenApiParameter Query(QueryParameter query, OpenApiDocument document)
    {
        var value = new OpenApiSchema
        {
            Type = query.Type == "integer" ? JsonSchemaType.Integer : JsonSchemaType.String,
            Format = query.Format,
            Minimum = query.Minimum?.ToString(CultureInfo.InvariantCulture),
            Maximum = query.Maximum?.ToString(CultureInfo.InvariantCulture),
            MinLength = query.MinLength,
            MaxLength = query.MaxLength,
            Enum = query.Values is { } values ? [.. values.Select(text => (JsonNode)JsonValue.Create(text))] : null,
            Default = query.Default is { } text ? Value(query, text) : null,
        };
        return new OpenApiParameter
        {
            Name = query.Name,
            In = ParameterLocation.Query,
            Description = query.Description,
            Schema = query.IsList
                ? new OpenApiSchema
                {
                    Type = JsonSchemaType.Array,
                    Items = IsStatus(query) ? new OpenApiSchemaReference(nameof(OrderStatus), document) : value,
                    MinItems = 1,
                    MaxItems = query.Values?.Count,
                }
                : value,
            // Separated by commas in one parameter; a repeated parameter is refused.
            Style = query.IsList ? ParameterStyle.Form : null,
            Explode = !query.IsList,
            Example = Value(query, query.Example),
        };
    }

    private static bool IsStatus(QueryParameter query) =>
        query.Values?.SequenceEqual(OrderStatuses.All.Select(status => status.Name())) == true;

    private static JsonNode Value(QueryParameter query, string text) => query switch
    {
        { IsList: true } => new JsonArray([.. text.Split(',').Select(item => JsonValue.Create(item))]),
        { Type: "integer" } => JsonValue.Create(int.Parse(text, CultureInfo.InvariantCulture)),
        _ => JsonValue.Create(text),
    };

    private static OpenApiParameter IdempotencyKey() => new()
    {
        Name = IdempotencyKeys.Header,
        In = ParameterLocation.Header,
        Description =
            "Names this request, so that it can be sent again when its answer was lost. All keys of a seller share its "
            + "idempotency keys; each is kept for 24 hours. Quotes around it make no difference. The body has to be "
            + "the same, byte by byte.",
        Schema = new OpenApiSchema
        {
            Type = JsonSchemaType.String,
            Pattern = "^[ -~]+$",
            MinLength = 1,
            MaxLength = Application.Orders.SubmitOrder.IdempotencyKey.MaxLength,
        },
        Example = JsonValue.Create("2f6c1a0e-7a35-4a4e-9f0b-6f2d3f3f7c11"),
    };

    private static OpenApiParameter EntityTag(string name, string description) => new()
    {
        Name = name,
        In = ParameterLocation.Header,
        Description = description + " Also `*`, or several entity tags separated by commas.",
        Schema = new OpenApiSchema { Type = JsonSchemaType.String, Pattern = EntityTagList },
        Example = JsonValue.Create(EntityTags.Of(3)),
    };
}

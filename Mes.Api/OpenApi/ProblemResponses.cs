using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Mes.Api.Http;
using Mes.Application.Events;
using Mes.Application.Json;
using Mes.Application.Orders;
using Mes.Application.Validation;
using Mes.Domain.Orders;
using Mes.Domain.Results;
using Mes.Domain.Webhooks;
using Microsoft.Net.Http.Headers;
using Microsoft.OpenApi;

namespace Mes.Api.OpenApi;

/// <summary>
/// The problems of <see cref="ProblemCatalog"/> as responses: one schema each, with its own members and an example.
/// </summary>
internal static class ProblemResponses
{
    /// <summary>The additional members of a problem.</summary>
    private static readonly Dictionary<string, Func<OpenApiDocument, Dictionary<string, IOpenApiSchema>>> Extensions =
        new()
        {
            [ProblemCatalog.ValidationError] = _ => new()
            {
                ["errors"] = new OpenApiSchema
                {
                    Type = JsonSchemaType.Object,
                    MinProperties = 1,
                    AdditionalProperties = new OpenApiSchema
                    {
                        Type = JsonSchemaType.Array,
                        MinItems = 1,
                        MaxItems = OrderLimits.MaxBatch,
                        Items = Text(),
                    },
                    Description =
                        "Maps the JSON path of each wrong value (`$.model.sha256`), or the name of the query parameter "
                            + "or header, to what is wrong with it.",
                },
            },
            ["duplicate-external-id"] = _ => new()
            {
                ["id"] = new OpenApiSchema
                {
                    Type = JsonSchemaType.String,
                    Format = "uuid",
                    Description = "The order that has this externalId.",
                },
            },
            ["invalid-transition"] = document => new()
            {
                ["orderStatus"] = new OpenApiSchemaReference(nameof(OrderStatus), document),
                ["allowed"] = new OpenApiSchema
                {
                    Type = JsonSchemaType.Array,
                    UniqueItems = true,
                    MaxItems = OrderTransition.All.Count,
                    // Not an enumeration: others may come.
                    Items = Text(),
                    Description = "The sub-resources that this caller may post to now, out of "
                        + string.Join(", ", OrderTransition.All.Select(transition => $"`{transition.Name}`")) + ".",
                },
            },
            ["already-claimed"] = _ => new()
            {
                ["operatorId"] = new OpenApiSchema
                {
                    Type = JsonSchemaType.String,
                    Description = "The operator who has claimed the order.",
                },
            },
            ["precondition-failed"] = _ => new()
            {
                ["version"] = new OpenApiSchema
                {
                    Type = JsonSchemaType.Integer,
                    Format = "int32",
                    Minimum = "1",
                    Description = "The order's version.",
                },
            },
        };

    /// <summary>Real failures, in the domain's words; the others are shown with their title.</summary>
    private static readonly Dictionary<string, Error> Failures = new Error[]
    {
        ValidationError.Of("$.quantity", "must be between 1 and 10000"),
        OrderErrors.NotFound,
        OrderErrors.DuplicateExternalId(Examples.OrderId),
        OrderErrors.InvalidTransition(
            OrderTransition.Approve, OrderStatus.Submitted, ["price", "cancellation", "rejection"]),
        OrderErrors.AlreadyClaimed("anna"),
        OrderErrors.PreconditionFailed(4),
        OrderErrors.ConcurrentChange,
        EventErrors.CursorExpired,
        WebhookErrors.TooMany,
        WebhookErrors.NotEnabled,
        WebhookErrors.NotConfigured,
    }.ToDictionary(error => error.Code);

    /// <param name="names">Problems with the same HTTP status.</param>
    public static IOpenApiResponse Response(OpenApiDocument document, IReadOnlyList<string> names)
    {
        if (names.Count == 1)
        {
            AddResponse(document, names[0]);
            return new OpenApiResponseReference(Pascal(names[0]), document);
        }

        return Describe(document, [.. names.Select(ProblemCatalog.Of)]);
    }

    /// <summary>Adds the response to the document's components.</summary>
    public static void AddResponse(OpenApiDocument document, string name)
    {
        if (document.Components?.Responses?.ContainsKey(Pascal(name)) != true)
        {
            document.AddComponent(Pascal(name), Describe(document, [ProblemCatalog.Of(name)]));
        }
    }

    private static OpenApiResponse Describe(OpenApiDocument document, IReadOnlyList<ProblemCatalog.Kind> kinds)
    {
        var schemas = kinds.Select(kind => (Kind: kind, Schema: SchemaReference(document, kind))).ToArray();
        var media = kinds.Count == 1
            ? new OpenApiMediaType { Schema = schemas[0].Schema, Example = Example(kinds[0]) }
            : new OpenApiMediaType
            {
                Schema = new OpenApiSchema
                {
                    OneOf = [.. schemas.Select(one => one.Schema)],
                    Discriminator = new OpenApiDiscriminator
                    {
                        PropertyName = "type",
                        Mapping = schemas.ToDictionary(one => one.Kind.Type, one => one.Schema),
                    },
                },
                Examples = kinds.ToDictionary(
                    kind => kind.Name,
                    kind => (IOpenApiExample)new OpenApiExample { Summary = kind.Title, Value = Example(kind) }),
            };
        return new OpenApiResponse
        {
            Description = string.Join(" ", kinds.Select(kind => $"`{kind.Name}`: {kind.Title}.")),
            Headers = Headers(document, kinds[0].Status),
            Content = new Dictionary<string, OpenApiMediaType> { [ProblemResult.MediaType] = media },
        };
    }

    private static Dictionary<string, IOpenApiHeader> Headers(OpenApiDocument document, int status)
    {
        var headers =
            new Dictionary<string, IOpenApiHeader> { [HeaderNames.CacheControl] = ResponseHeaders.NotToBeKept };
        if (status != StatusCodes.Status405MethodNotAllowed)
        {
            foreach (var name in ResponseHeaders.OfLimitedCaller)
            {
                headers[name] = ResponseHeaders.Reference(document, name);
            }
        }

        var own = status switch
        {
            StatusCodes.Status401Unauthorized => HeaderNames.WWWAuthenticate,
            StatusCodes.Status405MethodNotAllowed => HeaderNames.Allow,
            StatusCodes.Status429TooManyRequests or StatusCodes.Status503ServiceUnavailable => HeaderNames.RetryAfter,
            _ => null,
        };
        if (own is not null)
        {
            headers[own] = ResponseHeaders.Reference(document, own);
        }

        return headers;
    }

    private static OpenApiSchemaReference SchemaReference(OpenApiDocument document, ProblemCatalog.Kind kind)
    {
        var id = Pascal(kind.Name) + "Problem";
        if (document.Components?.Schemas?.ContainsKey(id) != true)
        {
            document.AddComponent(id, Schema(document, kind));
        }

        return new OpenApiSchemaReference(id, document);
    }

    private static OpenApiSchema Schema(OpenApiDocument document, ProblemCatalog.Kind kind)
    {
        var properties = new Dictionary<string, IOpenApiSchema>
        {
            ["type"] = new OpenApiSchema { Type = JsonSchemaType.String, Const = kind.Type },
            ["title"] = new OpenApiSchema { Type = JsonSchemaType.String, Const = kind.Title },
            // Not an enumeration, of which generators would make a type.
            ["status"] = new OpenApiSchema
            {
                Type = JsonSchemaType.Integer,
                Minimum = kind.Status.ToString(CultureInfo.InvariantCulture),
                Maximum = kind.Status.ToString(CultureInfo.InvariantCulture),
            },
            ["detail"] = Text("One sentence for a person."),
            ["instance"] = new OpenApiSchema
            {
                Type = JsonSchemaType.String,
                Format = "uri-reference",
                MinLength = 1,
                Description = "The path of the request.",
            },
            ["traceId"] = Text("Identifies this request in the service's logs."),
        };
        if (Extensions.TryGetValue(kind.Name, out var extensions))
        {
            foreach (var (name, schema) in extensions(document))
            {
                properties[name] = schema;
            }
        }

        return new OpenApiSchema
        {
            Type = JsonSchemaType.Object,
            Description = kind.Title + ".",
            Properties = properties,
            Required = properties.Keys.ToHashSet(),
            AdditionalPropertiesAllowed = false,
        };
    }

    private static JsonObject Example(ProblemCatalog.Kind kind)
    {
        var error = Failures.GetValueOrDefault(kind.Name) ?? new Error(kind.Name, kind.Title + ".");
        var example = new JsonObject
        {
            ["type"] = kind.Type,
            ["title"] = kind.Title,
            ["status"] = kind.Status,
            ["detail"] = error.Detail,
            ["instance"] = $"/api/v1/orders/{Examples.OrderId:D}",
            ["traceId"] = "4bf92f3577b34da6a3ce929d0e0e4736",
        };
        foreach (var (name, fact) in error.Facts)
        {
            example[name] = JsonSerializer.SerializeToNode(fact, MesJson.Options);
        }

        if (error is ValidationError validation)
        {
            example["errors"] = JsonSerializer.SerializeToNode(validation.Errors, MesJson.Options);
        }

        return example;
    }

    private static OpenApiSchema Text(string? description = null) =>
        new() { Type = JsonSchemaType.String, MinLength = 1, Description = description };

    /// <summary><c>already-claimed</c> as <c>AlreadyClaimed</c>.</summary>
    private static string Pascal(string name) =>
        string.Concat(name.Split('-').Select(word => char.ToUpperInvariant(word[0]) + word[1..]));
}

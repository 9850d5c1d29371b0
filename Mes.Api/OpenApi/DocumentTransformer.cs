using System.Text.Json.Nodes;
using Mes.Api.Hosting;
using Mes.Api.Http;
using Mes.Application.Events;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Mes.Api.OpenApi;

/// <summary>Describes the API as a whole.</summary>
internal sealed class DocumentTransformer(bool withOperations) : IOpenApiDocumentTransformer
{
    public const string Title = "MES order service";

    private const string Health = "Health";

    private static readonly (string Name, string Description)[] Tags =
    [
        ("Orders", "Submit orders, read them, and move them from status to status."),
        ("Board", "The active orders by status, for operators."),
        ("Session", "Sign a browser in and out."),
        ("Events", "Every change of every order, in one feed that skips nothing."),
        ("Webhooks", "Have the events sent to an address of your own, signed."),
        ("Statistics", "Figures over many orders."),
        ("Keys", "Issue, list, rotate and revoke API keys."),
        (Health, "For operators of the service. No key is needed."),
    ];

    public Task TransformAsync(
        OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancellationToken)
    {
        document.Info = new OpenApiInfo
        {
            Title = Title,
            Version = "1.0.0",
            License = new OpenApiLicense { Name = "MIT", Identifier = "MIT" },
            Description = """
                Orders made from 3D models, from submission to closure. Operators work them on [the board](/).

                - **Callers** send `Authorization: Bearer <key>`. Only the key determines role and seller.
                - **People** see the active orders on the [board](/).
                - **Times** are RFC 3339 in UTC with exactly three decimals. A field without a value is `null`, never
                  absent.
                - **Versions**: every change raises an order's `version` by exactly 1, and the version is its entity
                  tag. Send it as `If-Match` to change only the version that you have read, as `If-None-Match` to get
                  only newer versions.
                - **Freshness**: a read that starts after a change was answered never returns an older version.
                  `Cache-Status` (RFC 9211) says where an answer came from; only one marked `unverified` is outside
                  this promise.
                - **Problems** are `application/problem+json` (RFC 9457). Decide by `type`. Unknown fields and query
                  parameters are refused.
                - **HEAD** answers wherever GET does, without a body. Any other method is a 405, whose `Allow` lists
                  the methods.
                - **Too many requests**, at once or in a window of time, from one caller get a 429. All keys of a seller
                  are one caller. Every answer says how many are left (`RateLimit`); a `304` costs a tenth of one, a
                  batch one for each ten ids. Wait as long as `Retry-After` says.
                - Every answer has `X-Content-Type-Options: nosniff` and a `Content-Security-Policy` that forbids
                  framing.
                """
                + (withOperations
                    ? "\n- `/metrics` has the service's metrics in the Prometheus text format."
                    : string.Empty),
        };

        document.Webhooks = new Dictionary<string, IOpenApiPathItem> { ["event"] = Delivery(document) };

        // A relative address, because behind a proxy the request's own address may mean nothing to the reader.
        document.Servers =
        [
            new OpenApiServer
            {
                Url = "/",
                Extensions = new Dictionary<string, IOpenApiExtension> { ["x-internal"] = new JsonNodeExtension(false) },
            },
        ];
        document.Tags = Tags.Where(tag => withOperations || tag.Name != Health)
            .Select(tag => new OpenApiTag { Name = tag.Name, Description = tag.Description }).ToHashSet();
        document.AddComponent(Security.SchemeName, Security.Scheme);

        foreach (var path in document.Paths.Keys.Where(path => !withOperations && OperationsPort.Holds(path)).ToArray())
        {
            document.Paths.Remove(path);
        }

        // No operation below has this response, since each is listed under a method that exists.
        ProblemResponses.AddResponse(document, ProblemCatalog.MethodNotAllowed);
        foreach (var path in document.Paths.Values)
        {
            // HEAD adds nothing to GET.
            path.Operations?.Remove(HttpMethod.Head);
        }

        foreach (var property in (document.Components?.Schemas?.Values ?? [])
            .SelectMany(schema => schema.Properties?.Values ?? []).OfType<OpenApiSchema>())
        {
            TakeDescription(property);
        }

        new OpenApiWalker(new SchemaLimits()).Walk(document);
        return Task.CompletedTask;
    }

    /// <summary>What the service posts to a webhook. The schemas of events are those of the feed.</summary>
    private static OpenApiPathItem Delivery(OpenApiDocument document) => new()
    {
        Operations = new Dictionary<HttpMethod, OpenApiOperation>
        {
            [HttpMethod.Post] = new()
            {
                OperationId = "receiveEvent",
                Summary = "An event, as your receiver gets it",
                Description =
                    "Signed by Standard Webhooks: `webhook-id` is the event's id, `webhook-timestamp` the time in "
                        + "seconds, `webhook-signature` one or more of `v1,<base64>`, separated by blanks.",
                Security = [],
                Parameters =
                [
                    .. new[]
                    {
                        ("webhook-id", "The event's id; the same when the event is sent again.",
                            Examples.EventId.ToString("D")),
                        ("webhook-timestamp", "When it was sent, in seconds of Unix time.", "1769846709"),
                        ("webhook-signature", "HMAC-SHA256 of `<id>.<timestamp>.<body>` by the webhook's secret.",
                            "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="),
                    }.Select(header => new OpenApiParameter
                    {
                        Name = header.Item1,
                        In = ParameterLocation.Header,
                        Required = true,
                        Description = header.Item2,
                        Schema = new OpenApiSchema { Type = JsonSchemaType.String },
                        Example = JsonValue.Create(header.Item3),
                    }),
                ],
                RequestBody = new OpenApiRequestBody
                {
                    Required = true,
                    Content = new Dictionary<string, OpenApiMediaType>
                    {
                        ["application/json"] = new()
                        {
                            Schema = new OpenApiSchemaReference(nameof(EventDocument), document),
                            Example = Examples.Of(typeof(EventDocument)),
                        },
                    },
                },
                Responses = new OpenApiResponses
                {
                    ["2XX"] = new OpenApiResponse { Description = "Taken. Anything else is tried again." },
                },
            },
        },
    };

    /// <summary>
    /// Moves the description of a nullable property to the property; the framework puts it on the type inside.
    /// </summary>
    private static void TakeDescription(OpenApiSchema schema)
    {
        foreach (var reference in schema.OneOf?.OfType<OpenApiSchemaReference>() ?? [])
        {
            schema.Description ??= reference.Reference.Description;
            reference.Reference.Description = null;
        }
    }
}

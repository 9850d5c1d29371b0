using Mes.Api.Hosting;
using Mes.Api.Http;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Mes.Api.OpenApi;

/// <summary>What concerns the API as a whole.</summary>
internal sealed class DocumentTransformer(bool withOperations) : IOpenApiDocumentTransformer
{
    public const string Title = "MES order service";

    private const string Health = "Health";

    private static readonly (string Name, string Description)[] Tags =
    [
        ("Orders", "Submit orders, read them, take them from status to status."),
        ("Board", "The active orders by status, for operators."),
        ("Statistics", "Figures over many orders."),
        (Health, "For whoever runs the service. No key is needed."),
    ];

    public Task TransformAsync(OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancellationToken)
    {
        document.Info = new OpenApiInfo
        {
            Title = Title,
            Version = "1.0.0",
            Description = """
                Orders made from 3D models, from submission to closure.

                - **Callers** send `Authorization: Bearer <key>`. Role and seller come from the key and from nowhere else.
                - **Times** are RFC 3339 in UTC with exactly three decimals. A field without a value is there as `null`.
                - **Versions**: every change raises an order's `version` by exactly 1, and the version is its entity tag. Send it as `If-Match`
                  to change only what you have seen, as `If-None-Match` to be told only what is new.
                - **Freshness**: a read that starts after a change was answered never tells an older version. `Cache-Status` (RFC 9211) says
                  where an answer came from; only one marked `unverified` is outside this promise.
                - **Problems** are `application/problem+json` (RFC 9457). Go by `type`. What is not known is refused, be it a field or a query parameter.
                - **HEAD** answers wherever GET does, without a body. Any other method is a 405, whose `Allow` says what there is.
                - **Too much at once** of one caller is a 429: all keys of a seller are one caller, with a queue of its own. Wait as long as
                  `Retry-After` says.
                - Every answer has `X-Content-Type-Options: nosniff` and a `Content-Security-Policy` that lets nobody frame it.
                """ + (withOperations ? "\n- `/metrics` has the service's figures as Prometheus text." : string.Empty),
        };

        // Whoever reads this has the address already. The one that the request arrived at may be known only behind a proxy.
        document.Servers = [new OpenApiServer { Url = "/" }];
        document.Tags = Tags.Where(tag => withOperations || tag.Name != Health).Select(tag => new OpenApiTag { Name = tag.Name, Description = tag.Description }).ToHashSet();
        document.AddComponent(Security.SchemeName, Security.Scheme);

        foreach (var path in document.Paths.Keys.Where(path => !withOperations && OperationsPort.Holds(path)).ToArray())
        {
            document.Paths.Remove(path);
        }

        // No operation below can answer so, since each has the method that it is listed under.
        ProblemResponses.AddResponse(document, ProblemCatalog.MethodNotAllowed);
        foreach (var path in document.Paths.Values)
        {
            // HEAD says nothing that GET does not.
            path.Operations?.Remove(HttpMethod.Head);
        }

        foreach (var property in (document.Components?.Schemas?.Values ?? []).SelectMany(schema => schema.Properties?.Values ?? []).OfType<OpenApiSchema>())
        {
            TakeDescription(property);
        }

        return Task.CompletedTask;
    }

    /// <summary>What may be null is described itself: the framework describes what it is otherwise.</summary>
    private static void TakeDescription(OpenApiSchema schema)
    {
        foreach (var reference in schema.OneOf?.OfType<OpenApiSchemaReference>() ?? [])
        {
            schema.Description ??= reference.Reference.Description;
            reference.Reference.Description = null;
        }
    }
}

using System.Text.Json.Nodes;
using Mes.Api.Http;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Mes.Api.OpenApi;

/// <summary>Describes the body of an operation.</summary>
internal sealed class RequestBodyTransformer : IOpenApiOperationTransformer
{
    public async Task TransformAsync(
        OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        if (context.Metadata<BodyMetadata>() is not { } body)
        {
            return;
        }

        var document = context.Document!;
        var schema = await context.GetOrCreateSchemaAsync(body.Type, null, cancellationToken);
        var example = Examples.Of(body.Type);
        if (example is JsonObject { Count: 0 })
        {
            // The writer omits an empty object as a media type's example.
            schema.Examples = [example];
        }

        document.AddComponent(body.Type.Name, schema);
        var media = new OpenApiMediaType
        {
            Schema = new OpenApiSchemaReference(body.Type.Name, document),
            Example = example,
        };
        operation.RequestBody = new OpenApiRequestBody
        {
            Required = body.IsRequired,
            Description = $"UTF-8, at most {RequestLimits.BodyBytes / 1024} KiB."
                + (body.IsRequired ? string.Empty : " May be omitted."),
            Content = body.Type.IsAssignableTo(typeof(IMergePatch))
                ? new Dictionary<string, OpenApiMediaType>
                {
                    ["application/json"] = media,
                    [IMergePatch.MediaType] = media,
                }
                : new Dictionary<string, OpenApiMediaType> { ["application/json"] = media },
        };
    }
}

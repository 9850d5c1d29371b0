using System.Text.Json.Nodes;
using Mes.Api.Http;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Mes.Api.OpenApi;

/// <summary>What an operation takes as its body.</summary>
internal sealed class RequestBodyTransformer : IOpenApiOperationTransformer
{
    public async Task TransformAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
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
            // An empty object as a media type's example is left out when the document is written.
            schema.Examples = [example];
        }

        document.AddComponent(body.Type.Name, schema);
        operation.RequestBody = new OpenApiRequestBody
        {
            Required = body.IsRequired,
            Description = $"UTF-8, at most {RequestLimits.BodyBytes / 1024} KiB." + (body.IsRequired ? string.Empty : " May be left out."),
            Content = new Dictionary<string, OpenApiMediaType>
            {
                ["application/json"] = new()
                {
                    Schema = new OpenApiSchemaReference(body.Type.Name, document),
                    Example = example,
                },
            },
        };
    }
}

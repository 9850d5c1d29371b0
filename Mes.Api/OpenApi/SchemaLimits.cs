using Microsoft.OpenApi;

namespace Mes.Api.OpenApi;

/// <summary>
/// Gives every text and integer of the description the bound and the format that it lacks, so that generated clients
/// know how much to expect. What has a bound of its own in the domain has it from <see cref="FieldRules"/>.
/// </summary>
internal sealed class SchemaLimits : OpenApiVisitorBase
{
    /// <summary>For texts that the service writes: details of problems, entity tags, links.</summary>
    private const int TextLength = 4096;

    /// <summary>As long as a request line may be.</summary>
    private const int ReferenceLength = 8192;

    public override void Visit(IOpenApiSchema schema)
    {
        if (schema is not OpenApiSchema { Type: { } type } own)
        {
            return;
        }

        if (type.HasFlag(JsonSchemaType.String) && own is { Enum: null, Const: null })
        {
            own.MaxLength ??= own.Format switch
            {
                "uuid" => 36,
                "date" => 10,
                "date-time" => 64,
                "uri-reference" => ReferenceLength,
                _ => TextLength,
            };
        }

        if (type.HasFlag(JsonSchemaType.Integer))
        {
            // All integers of the API count something.
            own.Format ??= "int32";
            own.Minimum ??= "0";
            own.Maximum ??= own.Format == "int64" ? $"{long.MaxValue}" : $"{int.MaxValue}";
        }
    }
}

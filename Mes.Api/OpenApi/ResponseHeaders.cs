using System.Text.Json.Nodes;
using Mes.Api.Http;
using Microsoft.Net.Http.Headers;
using Microsoft.OpenApi;

namespace Mes.Api.OpenApi;

/// <summary>The headers of answers, described once.</summary>
internal static class ResponseHeaders
{
    private static readonly Dictionary<string, Func<OpenApiHeader>> Known = new()
    {
        [HeaderNames.ETag] = () => Text("The order's version as a strong entity tag.", "\"3\"", pattern: "^\"[1-9][0-9]*\"$"),
        [HeaderNames.Location] = () => Text("Where the order is, relative to what was asked for (RFC 9110).", $"orders/{Examples.OrderId:D}"),
        [HeaderNames.CacheControl] = () => Text("The caller may keep the answer, but must ask again before each use.", "private, no-cache"),
        [CacheStatusHeader.Name] = () => Text(
            "Where the answer came from (RFC 9211).",
            "mes; hit",
            pattern: "^mes; (hit(; detail=unverified)?|fwd=miss(; stored)?|fwd=bypass; detail=.+)$"),
        [HeaderNames.Link] = () => Text(
            "The next page, relative to what was asked for (RFC 8288); absent on the last.",
            $"<?limit=50&cursor={PagingQuery.Cursor.Example}>; rel=\"next\"",
            pattern: "^<.+>; rel=\"next\"$",
            required: false),
        [HeaderNames.WWWAuthenticate] = () => Text("How to show who is calling (RFC 9110).", "Bearer realm=\"mes\""),
        [HeaderNames.RetryAfter] = () => new OpenApiHeader
        {
            Description = "In how many seconds to try again.",
            Required = true,
            Schema = new OpenApiSchema { Type = JsonSchemaType.Integer, Minimum = "1" },
            Example = JsonValue.Create(1),
        },
        [HeaderNames.Allow] = () => Text("The methods that the resource has.", "GET, HEAD"),
    };

    /// <summary>On every problem.</summary>
    public static OpenApiHeader NotToBeKept => Text("A problem is not to be kept.", "no-store", pattern: "no-store");

    /// <exception cref="KeyNotFoundException">Nobody has described such a header here.</exception>
    public static IOpenApiHeader Reference(OpenApiDocument document, string name)
    {
        if (document.Components?.Headers?.ContainsKey(name) != true)
        {
            document.AddComponent(name, Known[name]());
        }

        return new OpenApiHeaderReference(name, document);
    }

    private static OpenApiHeader Text(string description, string example, string? pattern = null, bool required = true) => new()
    {
        Description = description,
        Required = required,
        Schema = new OpenApiSchema { Type = JsonSchemaType.String, Pattern = pattern },
        Example = JsonValue.Create(example),
    };
}

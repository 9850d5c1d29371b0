using System.Text.Json.Nodes;
using Mes.Api.Board.Live;
using Mes.Api.Http;
using Microsoft.Net.Http.Headers;
using Microsoft.OpenApi;

namespace Mes.Api.OpenApi;

/// <summary>The headers of responses, each described once.</summary>
internal static class ResponseHeaders
{
    private static readonly Dictionary<string, Func<OpenApiHeader>> Known = new()
    {
        [HeaderNames.ETag] = () =>
            Text("The order's version as a strong entity tag.", "\"3\"", pattern: "^\"[1-9][0-9]*\"$"),
        [HeaderNames.Location] = () =>
            Text("The address of what was created, relative to the request's (RFC 9110).", $"orders/{Examples.OrderId:D}"),
        [HeaderNames.CacheControl] = () =>
            Text("The caller may keep the answer, but must ask again before each use.", "private, no-cache"),
        [IdempotencyKeys.ReplayedHeader] = () => Text(
            "`true` where an earlier request with the same `Idempotency-Key` made the order; otherwise absent.",
            "true",
            pattern: "^true$",
            required: false),
        [CacheStatusHeader.Name] = () => Text(
            "Where the answer came from (RFC 9211).",
            "mes; hit",
            pattern: "^mes; (hit(; detail=unverified)?|fwd=miss(; stored)?|fwd=bypass; detail=.+)$"),
        [HeaderNames.Link] = () => Text(
            "The next page, relative to the request's address (RFC 8288); absent on the last page.",
            $"<?limit=50&cursor={PagingQuery.Cursor.Example}>; rel=\"next\"",
            pattern: "^<.+>; rel=\"next\"$",
            required: false),
        [HeaderNames.SetCookie] = () => Text(
            "The session's cookie, or its removal; absent where there was none. Over https it is named "
                + "`__Host-mes-session`.",
            "mes-session=dGhpcyBpcyBhbiBleGFtcGxlLCBub3QgYSBzZWNyZXQ; max-age=43200; path=/; samesite=strict; httponly",
            pattern: "^(__Host-)?mes-session=",
            required: false),
        [BoardStream.BufferingHeader] = () => Text("Asks a proxy not to buffer the answer.", "no", pattern: "^no$"),
        [HeaderNames.WWWAuthenticate] = () => Text("How to authenticate (RFC 9110).", "Bearer realm=\"mes\""),
        [HeaderNames.RetryAfter] = () => new OpenApiHeader
        {
            Description = "After how many seconds to retry.",
            Required = true,
            Schema = new OpenApiSchema { Type = JsonSchemaType.Integer, Minimum = "1" },
            Example = JsonValue.Create(1),
        },
        [RateLimitHeaders.Policy] = () => Text(
            "How many requests (`q`) this caller may make in any window of so many seconds (`w`); absent where the "
                + "service does not limit them.",
            "\"seller\";q=600;w=60",
            pattern: "^\"(seller|operator|service|admin)\";q=[1-9][0-9]*;w=[1-9][0-9]*$",
            required: false),
        [RateLimitHeaders.Limit] = () => Text(
            "How many requests are left (`r`), and after how many seconds more come back (`t`).",
            "\"seller\";r=599;t=60",
            pattern: "^\"(seller|operator|service|admin)\";r=[0-9]+;t=[1-9][0-9]*$",
            required: false),
        [HeaderNames.Allow] = () => Text("The methods that the resource has.", "GET, HEAD"),
    };

    /// <summary>On every problem, and on answers that no cache may keep.</summary>
    public static OpenApiHeader NotToBeKept =>
        Text("The answer must not be cached.", NotStored.CacheControl, pattern: NotStored.CacheControl);

    /// <summary>The headers of every answer to a caller that has authenticated.</summary>
    public static IReadOnlyList<string> OfLimitedCaller { get; } = [RateLimitHeaders.Policy, RateLimitHeaders.Limit];

    /// <exception cref="KeyNotFoundException">The header is not described here.</exception>
    public static IOpenApiHeader Reference(OpenApiDocument document, string name)
    {
        if (document.Components?.Headers?.ContainsKey(name) != true)
        {
            document.AddComponent(name, Known[name]());
        }

        return new OpenApiHeaderReference(name, document);
    }

    private static OpenApiHeader Text(
        string description, string example, string? pattern = null, bool required = true) => new()
        {
            Description = description,
            Required = required,
            Schema = new OpenApiSchema { Type = JsonSchemaType.String, Pattern = pattern },
            Example = JsonValue.Create(example),
        };
}

using Mes.Application.Json;
using Microsoft.AspNetCore.WebUtilities;
using HttpResult = Microsoft.AspNetCore.Http.IResult;

namespace Mes.Api.Http;

/// <summary>Reads that are not single orders, as HTTP answers.</summary>
internal static class JsonResults
{
    /// <summary>Never to be shown again without asking.</summary>
    public static HttpResult Fresh<T>(HttpContext http, T value)
    {
        RequireRevalidation(http);
        return TypedResults.Json(value, MesJson.Options);
    }

    /// <summary>Not to be kept by anything on the way to the caller.</summary>
    public static HttpResult NotStored<T>(HttpContext http, T value)
    {
        http.Response.Headers.CacheControl = "no-store";
        return TypedResults.Json(value, MesJson.Options);
    }

    public static void RequireRevalidation(HttpContext http) =>
        http.Response.Headers.CacheControl = "private, no-cache";

    /// <summary>
    /// A page, with a link to the next (RFC 8288). The link is relative to what was asked for, so that it holds behind
    /// a proxy that mounts the service under a path of its own.
    /// </summary>
    public static HttpResult Page<T>(HttpContext http, T page, string? next)
    {
        if (next is not null)
        {
            var query = http.Request.Query
                .Where(parameter => parameter.Key != "cursor")
                .Select(parameter => KeyValuePair.Create(parameter.Key, (string?)parameter.Value))
                .Append(KeyValuePair.Create("cursor", (string?)next));
            http.Response.Headers.Link = $"<{QueryHelpers.AddQueryString(string.Empty, query)}>; rel=\"next\"";
        }

        return Fresh(http, page);
    }
}

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
    public static HttpResult NotStored<T>(HttpContext http, T value) =>
        NotStored(http, value, StatusCodes.Status200OK);

    /// <inheritdoc cref="NotStored{T}(HttpContext, T)"/>
    public static HttpResult NotStored<T>(HttpContext http, T value, int status)
    {
        ForbidStoring(http);
        return TypedResults.Json(value, MesJson.Options, statusCode: status);
    }

    public static void ForbidStoring(HttpContext http) =>
        http.Response.Headers.CacheControl = Http.NotStored.CacheControl;

    public static void RequireRevalidation(HttpContext http) =>
        http.Response.Headers.CacheControl = "private, no-cache";

    /// <summary>An answer that is partly shared by requests. Never to be shown again without asking.</summary>
    /// <param name="sharedJson">A JSON object in UTF-8 with at least one property.</param>
    /// <param name="own">What is this request's own; it comes behind.</param>
    public static HttpResult Shared<T>(ReadOnlyMemory<byte> sharedJson, T own) =>
        new SharedJsonResult<T>(sharedJson, own);

    /// <summary>A page, with a link to the next.</summary>
    public static HttpResult Page<T>(HttpContext http, T page, string? next)
    {
        LinkNext(http, next);
        return Fresh(http, page);
    }

    /// <summary>A page that is partly shared by requests, with a link to the next.</summary>
    /// <inheritdoc cref="Shared{T}"/>
    public static HttpResult SharedPage<T>(HttpContext http, ReadOnlyMemory<byte> sharedJson, T own, string? next)
    {
        LinkNext(http, next);
        return Shared(sharedJson, own);
    }

    /// <summary>
    /// Links to the next page (RFC 8288). The link is relative to what was asked for, so that it holds behind a proxy
    /// that mounts the service under a path of its own.
    /// </summary>
    public static void LinkNext(HttpContext http, string? next)
    {
        if (next is not null)
        {
            var query = http.Request.Query
                .Where(parameter => parameter.Key != "cursor")
                .Select(parameter => KeyValuePair.Create(parameter.Key, (string?)parameter.Value))
                .Append(KeyValuePair.Create("cursor", (string?)next));
            http.Response.Headers.Link = $"<{QueryHelpers.AddQueryString(string.Empty, query)}>; rel=\"next\"";
        }
    }
}

using Mes.Application.Json;
using HttpResult = Microsoft.AspNetCore.Http.IResult;

namespace Mes.Api.Http;

/// <summary>
/// Answers that no cache may keep. On an endpoint it says so for the API's description.
/// </summary>
internal sealed record NotStored
{
    public const string CacheControl = "no-store";

    public static NotStored Instance { get; } = new();

    public static void Write(HttpContext http) => http.Response.Headers.CacheControl = CacheControl;

    public static HttpResult Json<T>(HttpContext http, T value) => Json(http, value, StatusCodes.Status200OK);

    public static HttpResult Json<T>(HttpContext http, T value, int status)
    {
        Write(http);
        return TypedResults.Json(value, MesJson.Options, statusCode: status);
    }
}

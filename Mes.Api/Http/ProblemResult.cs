using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Mes.Application.Json;
using Mes.Application.Validation;
using Mes.Domain.Results;

namespace Mes.Api.Http;

/// <summary>A failure as an HTTP response: a problem document (RFC 9457).</summary>
internal sealed class ProblemResult(Error error) : Microsoft.AspNetCore.Http.IResult
{
    public const string MediaType = "application/problem+json";

    /// <summary>After how many seconds to try again, where that would help (429, 503).</summary>
    public int RetryAfterSeconds { get; init; } = 1;

    public static ProblemResult Of(string name, string detail) => new(new Error(name, detail));

    public async Task ExecuteAsync(HttpContext http)
    {
        var kind = ProblemCatalog.Of(error.Code);
        http.Response.StatusCode = kind.Status;
        http.Response.ContentType = MediaType;
        if (kind.Status == StatusCodes.Status401Unauthorized)
        {
            http.Response.Headers.WWWAuthenticate = "Bearer realm=\"mes\"";
        }

        // Without it, caches may keep the response heuristically (RFC 9111, section 4.2.2).
        JsonResults.ForbidStoring(http);
        SecurityHeaders.Write(http.Response.Headers);
        RateLimitHeaders.WriteAgain(http, isAuthenticated: kind.Status != StatusCodes.Status401Unauthorized);
        if (kind.Status is StatusCodes.Status429TooManyRequests or StatusCodes.Status503ServiceUnavailable)
        {
            var seconds = Math.Max(1, Math.Ceiling(error.RetryAfter?.TotalSeconds ?? RetryAfterSeconds));
            http.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        }

        var document = new Dictionary<string, object?>
        {
            ["type"] = kind.Type,
            ["title"] = kind.Title,
            ["status"] = kind.Status,
            ["detail"] = error.Detail,
            ["instance"] = References.Of(http.Request),
            ["traceId"] = Activity.Current?.TraceId.ToHexString() ?? http.TraceIdentifier,
        };
        foreach (var (name, fact) in error.Facts)
        {
            document[name] = fact;
        }

        if (error is ValidationError validation)
        {
            document["errors"] =
                validation.Errors.ToDictionary(entry => Path(http.Request, entry.Key), entry => entry.Value);
        }

        await http.Response.WriteAsync(JsonSerializer.Serialize(document, MesJson.Options), http.RequestAborted);
    }

    /// <summary>
    /// A value in the body is named by its JSON path (RFC 9535); a query parameter or a header by its name.
    /// </summary>
    private static string Path(HttpRequest request, string name)
    {
        var isPath = name.StartsWith('$');
        var isHeader = name.Contains('-');
        var hasBody = HttpMethods.IsPost(request.Method) || HttpMethods.IsPatch(request.Method);
        var isQuery = !hasBody || request.Query.ContainsKey(name);
        return isPath || isHeader || isQuery ? name : $"$.{name}";
    }
}

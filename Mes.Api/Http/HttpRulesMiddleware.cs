namespace Mes.Api.Http;

/// <summary>The rules of HTTP that neither the server nor the routing keeps.</summary>
internal sealed class HttpRulesMiddleware(RequestDelegate next)
{
    /// <summary>Where the server keeps a length that it does not go by.</summary>
    private const string OverriddenLength = "X-Content-Length";

    public Task InvokeAsync(HttpContext http)
    {
        SecurityHeaders.Write(http.Response.Headers);
        var request = http.Request;
        if (request.Headers.TransferEncoding.Count > 0 && request.Headers.ContainsKey(OverriddenLength))
        {
            // Two lengths: somebody on the way may have gone by the other one (RFC 9112, section 6.1). The server closes the connection.
            return ProblemResult.Of(ProblemCatalog.ValidationError, "The request has both a Content-Length and a Transfer-Encoding.").ExecuteAsync(http);
        }

        if (request.Method.AsSpan().IndexOfAnyInRange('a', 'z') >= 0)
        {
            // Methods are case-sensitive (RFC 9110, section 9.1); the routing takes get for GET. Under a name that no endpoint has, it
            // finds out by itself what the path has instead.
            request.Method = $"{request.Method} (not in capitals)";
        }

        return next(http);
    }
}

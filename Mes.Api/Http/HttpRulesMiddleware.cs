namespace Mes.Api.Http;

/// <summary>Enforces the rules of HTTP that neither the server nor routing enforces.</summary>
internal sealed class HttpRulesMiddleware(RequestDelegate next)
{
    /// <summary>The header in which the server keeps a Content-Length that it ignores.</summary>
    private const string OverriddenLength = "X-Content-Length";

    public Task InvokeAsync(HttpContext http)
    {
        SecurityHeaders.Write(http.Response.Headers);
        var request = http.Request;
        if (request.Headers.TransferEncoding.Count > 0 && request.Headers.ContainsKey(OverriddenLength))
        {
            // Two lengths: an intermediary may have used the other one (RFC 9112, section 6.1). The server closes the
            // connection.
            return ProblemResult.Of(ProblemCatalog.ValidationError,
                "The request has both a Content-Length and a Transfer-Encoding.").ExecuteAsync(http);
        }

        if (request.Method.AsSpan().IndexOfAnyInRange('a', 'z') >= 0)
        {
            // Methods are case-sensitive (RFC 9110, section 9.1), but routing accepts get for GET. Under a name that no
            // endpoint has, routing answers 405 with the methods that the path has.
            request.Method = $"{request.Method} (not in capitals)";
        }

        return next(http);
    }
}

namespace Mes.Api.Hosting;

/// <summary>
/// While the instance drains, each answer ends its connection: a proxy that keeps connections open would send its next request on one that is
/// being closed, and could not know whether a change was made.
/// </summary>
internal sealed class DrainingMiddleware(RequestDelegate next, Draining draining)
{
    public Task InvokeAsync(HttpContext http)
    {
        if (draining.HasBegun)
        {
            // At the last moment: a failure takes the headers back that were set before.
            http.Response.OnStarting(static response => EndConnection((HttpResponse)response), http.Response);
        }

        return next(http);
    }

    private static Task EndConnection(HttpResponse response)
    {
        response.Headers.Connection = "close";
        return Task.CompletedTask;
    }
}

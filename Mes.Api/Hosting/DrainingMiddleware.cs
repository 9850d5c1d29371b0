namespace Mes.Api.Hosting;

/// <summary>
/// While the instance drains, each response closes its connection. Otherwise a proxy could send its next request on a
/// connection that is being closed, and would not know whether a change was made.
/// </summary>
internal sealed class DrainingMiddleware(RequestDelegate next, Draining draining)
{
    public Task InvokeAsync(HttpContext http)
    {
        if (draining.HasBegun)
        {
            // At the last moment, because an exception removes headers that were set earlier.
            http.Response.OnStarting(static response => EndConnection((HttpResponse)response), http.Response);
        }

        return next(http);
    }

    /// <summary>Ends the connection with this response, also if its request came before the draining began.</summary>
    public static Task EndConnection(HttpResponse response)
    {
        response.Headers.Connection = "close";
        return Task.CompletedTask;
    }
}

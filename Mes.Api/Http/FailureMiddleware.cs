using System.Runtime.ExceptionServices;
using Microsoft.AspNetCore.Http.Features;

namespace Mes.Api.Http;

/// <summary>
/// Turns failures into problem documents: exceptions, by the framework's exception handling, and the refusals of
/// routing, as the framework's status code pages would. Both as middlewares of their own would cost each request that
/// succeeds an asynchronous method; this one enters them only after a failure.
/// </summary>
internal sealed class FailureMiddleware
{
    private readonly RequestDelegate _next;
    private readonly RequestDelegate _exceptionHandling;

    public FailureMiddleware(RequestDelegate next, IApplicationBuilder app)
    {
        _next = next;
        _exceptionHandling = app.New()
            .UseExceptionHandler(_ => { })
            .Use(_ => http =>
            {
                http.Features.GetRequiredFeature<ExceptionDispatchInfo>().Throw();
                return Task.CompletedTask;
            })
            .Build();
    }

    public Task InvokeAsync(HttpContext http)
    {
        Task request;
        try
        {
            request = _next(http);
        }
        catch (Exception exception)
        {
            return AfterExceptionAsync(http, exception);
        }

        return request.IsCompletedSuccessfully ? AddBodyAsync(http) : AwaitedAsync(http, request);
    }

    private async Task AwaitedAsync(HttpContext http, Task request)
    {
        try
        {
            await request;
        }
        catch (Exception exception)
        {
            await AfterExceptionAsync(http, exception);
            return;
        }

        await AddBodyAsync(http);
    }

    /// <summary>Throws the exception again where the framework's exception handling catches it.</summary>
    private Task AfterExceptionAsync(HttpContext http, Exception exception)
    {
        http.Features.Set(ExceptionDispatchInfo.Capture(exception));
        return _exceptionHandling(http);
    }

    /// <summary>Adds a body to the responses of routing itself: unknown path, unknown method.</summary>
    private static Task AddBodyAsync(HttpContext http)
    {
        var response = http.Response;
        return response.StatusCode < StatusCodes.Status400BadRequest
            || response.HasStarted
            || response.ContentLength is not null
            || !string.IsNullOrEmpty(response.ContentType)
                ? Task.CompletedTask
                : response.StatusCode switch
                {
                    StatusCodes.Status404NotFound => ProblemResult.Of(
                        ProblemCatalog.NotFound, "There is nothing at this path.").ExecuteAsync(http),
                    StatusCodes.Status405MethodNotAllowed => ProblemResult.Of(
                        ProblemCatalog.MethodNotAllowed, $"Use {response.Headers.Allow}.").ExecuteAsync(http),
                    StatusCodes.Status415UnsupportedMediaType => ProblemResult.Of(
                        ProblemCatalog.UnsupportedMediaType, "Send the body as application/json in UTF-8.")
                        .ExecuteAsync(http),
                    _ => Task.CompletedTask,
                };
    }
}

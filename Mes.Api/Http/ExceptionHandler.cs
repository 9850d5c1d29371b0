using Mes.Application.Persistence;
using Mes.Infrastructure.Persistence;
using Microsoft.AspNetCore.Diagnostics;

namespace Mes.Api.Http;

/// <summary>Turns an exception into a problem document that reveals no internals.</summary>
internal sealed partial class ExceptionHandler(
    IDatabaseEngine database, OutageLog outages, ILogger<ExceptionHandler> logger) : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(
        HttpContext http, Exception exception, CancellationToken cancellationToken)
    {
        if (http.RequestAborted.IsCancellationRequested)
        {
            // The caller has disconnected, so nobody receives a response.
            Disconnected(http.Request.Method, http.Request.Path);
            http.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
            return true;
        }

        await Answer(http, exception).ExecuteAsync(http);
        return true;
    }

    private ProblemResult Answer(HttpContext http, Exception exception)
    {
        if (exception is DependencyUnavailableException || database.IsTransient(exception))
        {
            outages.Refused(exception, DatabaseTrouble.Explain);
            return ProblemResult.Of(
                ProblemCatalog.DependencyUnavailable,
                "The database is unavailable. A change that was under way may have been saved: read the order before "
                + "you retry.");
        }

        if (exception is BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge })
        {
            return ProblemResult.Of(
                ProblemCatalog.PayloadTooLarge, $"A body may have at most {RequestLimits.BodyBytes} bytes.");
        }

        if (exception is BadHttpRequestException { StatusCode: StatusCodes.Status408RequestTimeout })
        {
            return ProblemResult.Of(ProblemCatalog.RequestTimeout, "The request body arrived too slowly.");
        }

        if (exception is BadHttpRequestException)
        {
            return ProblemResult.Of(ProblemCatalog.ValidationError, "The request is not well-formed HTTP.");
        }

        Unexpected(http.Request.Method, http.Request.Path, exception);
        return ProblemResult.Of(ProblemCatalog.InternalError, "The error was logged under this traceId.");
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "{Method} {Path}: the caller disconnected")]
    private partial void Disconnected(string method, string path);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Method} {Path} failed unexpectedly")]
    private partial void Unexpected(string method, string path, Exception exception);
}

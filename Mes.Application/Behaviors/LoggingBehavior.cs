using System.Diagnostics;
using MediatR;
using Mes.Domain.Results;
using Microsoft.Extensions.Logging;

namespace Mes.Application.Behaviors;

/// <summary>
/// Writes one span and one log entry per request: its name, outcome and duration, never its contents.
/// </summary>
internal sealed partial class LoggingBehavior<TRequest, TResponse>(
    ILogger<LoggingBehavior<TRequest, TResponse>> logger,
    TimeProvider clock)
    : IPipelineBehavior<TRequest, TResponse>
    where TRequest : IRequest<TResponse>
    where TResponse : IResult<TResponse>
{
    private static readonly string Name = typeof(TRequest).Name;

    public async Task<TResponse> Handle(
        TRequest request, CancellationToken cancellationToken, RequestHandlerDelegate<TResponse> next)
    {
        using var activity = Telemetry.Source.StartActivity(Name);
        var started = clock.GetTimestamp();
        try
        {
            var response = await next();
            var error = response.Error?.Code;
            activity?.SetTag("error.type", error);
            if (error is null)
            {
                if (!logger.IsEnabled(LogLevel.Debug))
                {
                    return response;
                }

                Succeeded(Name, clock.GetElapsedTime(started).TotalMilliseconds);
            }
            else
            {
                Refused(Name, error, clock.GetElapsedTime(started).TotalMilliseconds);
            }

            return response;
        }
        catch (Exception exception)
        {
            // The exception handler logs the exception; this only marks the span.
            activity?.SetStatus(ActivityStatusCode.Error, exception.GetType().Name);
            throw;
        }
    }

    // At Information, logging every success costs a seventh of the throughput.
    [LoggerMessage(Level = LogLevel.Debug, Message = "{Request} done in {Milliseconds:0.0} ms")]
    private partial void Succeeded(string request, double milliseconds);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Request} refused: {Error}, in {Milliseconds:0.0} ms")]
    private partial void Refused(string request, string error, double milliseconds);
}

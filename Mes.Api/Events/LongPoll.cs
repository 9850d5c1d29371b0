using MediatR;
using Mes.Api.Hosting;
using Mes.Api.Http;
using Mes.Application.ApiKeys;
using Mes.Application.Events;
using Mes.Application.Events.GetEvents;
using HttpResult = Microsoft.AspNetCore.Http.IResult;

namespace Mes.Api.Events;

/// <summary>
/// Holds a call for events while there is nothing to tell. A call that waits holds neither a share of its caller nor a
/// connection to the database.
/// </summary>
internal sealed class LongPoll(
    IMediator mediator,
    IEventSource events,
    WaitingCalls calls,
    ICallerDirectory callers,
    Draining draining,
    IHostApplicationLifetime application,
    TimeProvider clock)
{
    /// <summary>How often a call that waits looks whether its key is still good: it ends within a second if not.
    /// </summary>
    private static readonly TimeSpan CheckKeyEvery = TimeSpan.FromMilliseconds(400);

    /// <summary>Answers with what there is, or with what comes while the call may wait.</summary>
    public async Task<HttpResult> AnswerAsync(HttpContext http, GetEvents query)
    {
        // A call that comes while the instance drains may wait until the instance stops. If it were answered at once,
        // a follower would ask again and again in the meantime.
        var stop = draining.HasBegun ? application.ApplicationStopping : draining.Begun;
        var started = clock.GetTimestamp();
        IDisposable? place = null;
        try
        {
            while (true)
            {
                var result = await mediator.Send(query, http.RequestAborted);
                if (!result.IsSuccess)
                {
                    return new ProblemResult(result.Error);
                }

                var page = result.Value;
                var rest = TimeSpan.FromSeconds(query.Wait) - clock.GetElapsedTime(started);
                if (page.Items.Count > 0 || rest <= TimeSpan.Zero || stop.IsCancellationRequested)
                {
                    if (place is not null)
                    {
                        await RateLimitHeaders.RenewAsync(http);
                    }

                    return JsonResults.NotStored(http, page);
                }

                place ??= calls.TryEnter(query.Caller);
                if (place is null)
                {
                    return ProblemResult.Of(
                        ProblemCatalog.RateLimited,
                        $"At most {WaitingCalls.MaxPerSeller} calls of a seller may wait for events at once.");
                }

                http.Features.Get<HeldShare>()?.Dispose();
                if (!await WaitAsync(http, page.End, query.SellerId, rest, stop))
                {
                    return ProblemResult.Of(ProblemCatalog.Unauthenticated, "The API key is no longer valid.");
                }

                if (stop.IsCancellationRequested)
                {
                    await RateLimitHeaders.RenewAsync(http);
                    await DrainingMiddleware.EndConnection(http.Response);
                    return JsonResults.NotStored(http, page);
                }

                // At the end of the time too, because next moves past the events of other sellers.
                query = query with { Cursor = page.Next, Start = null };
            }
        }
        finally
        {
            place?.Dispose();
        }
    }

    /// <summary>Waits for events, for the end of the time, or for the instance to stop.</summary>
    /// <returns>False if the key is not good any more.</returns>
    private async Task<bool> WaitAsync(
        HttpContext http, EventPosition after, string? sellerId, TimeSpan limit, CancellationToken stop)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, stop);
        var started = clock.GetTimestamp();
        var news = events.WaitAsync(after, sellerId, ended.Token);
        try
        {
            while (true)
            {
                var rest = limit - clock.GetElapsedTime(started);
                var pause = rest < TimeSpan.Zero ? TimeSpan.Zero : rest < CheckKeyEvery ? rest : CheckKeyEvery;
                await Task.WhenAny(news, Task.Delay(pause, clock, ended.Token));
                http.RequestAborted.ThrowIfCancellationRequested();
                if (stop.IsCancellationRequested)
                {
                    return true;
                }

                if (!await IsKeyGoodAsync(http))
                {
                    return false;
                }

                if (news.IsCompleted)
                {
                    await news;
                    return true;
                }

                if (clock.GetElapsedTime(started) >= limit)
                {
                    return true;
                }
            }
        }
        finally
        {
            // Ends what still waits.
            await ended.CancelAsync();
        }
    }

    private async ValueTask<bool> IsKeyGoodAsync(HttpContext http) =>
        BearerKey.Of(http.Request) is { } key
        && await callers.FindAsync(key.Span, http.RequestAborted) == http.Caller();
}

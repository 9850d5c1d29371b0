using System.Security.Cryptography;
using System.Text;
using Mes.Api.Hosting;
using Mes.Api.Http;
using Mes.Application.Events;
using Mes.Application.Persistence;
using Microsoft.AspNetCore.Http.Features;

namespace Mes.Api.Board.Live;

/// <summary>
/// Answers one request with a stream of server-sent events. The framework's own writer of such streams writes neither a
/// heartbeat nor a <c>retry</c> by itself, and each event anew for each client.
/// </summary>
internal sealed class BoardStream(
    BoardFollowers followers,
    BoardFeed feed,
    MissedCards missed,
    IEventCursors cursors,
    Draining draining,
    IHostApplicationLifetime application,
    TimeProvider clock)
{
    public const string MediaType = "text/event-stream";
    public const string LastEventId = "lastEventId";
    public const string BufferingHeader = "X-Accel-Buffering";

    private const string LastEventIdHeader = "Last-Event-ID";
    private const int MinRetryMilliseconds = 1_000;
    private const int MaxRetryMilliseconds = 3_000;

    /// <summary>An instance that has just started has the end of the feed a moment later.</summary>
    private static readonly TimeSpan UntilBegun = TimeSpan.FromSeconds(2);

    public async Task AnswerAsync(HttpContext http)
    {
        if (HttpMethods.IsHead(http.Request.Method))
        {
            Describe(http.Response);
            return;
        }

        try
        {
            await followers.Begun.WaitAsync(UntilBegun, clock, http.RequestAborted);
        }
        catch (TimeoutException exception)
        {
            throw new DependencyUnavailableException("The database", exception);
        }

        using var follower = new Entered(
            followers, followers.TryEnter(Credential.Of(http.Request)!.Value, http.Caller(), http.CallerKeyId()));
        if (follower.Value is null)
        {
            await ProblemResult.Of(
                ProblemCatalog.RateLimited,
                $"At most {BoardFollowers.MaxPerKey} streams with one key.").ExecuteAsync(http);
            return;
        }

        // Whoever comes while the instance drains may stay until it stops, and does not try again at once.
        var stop = draining.HasBegun ? application.ApplicationStopping : draining.Begun;
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(
            http.RequestAborted, stop, follower.Value.Ended);
        http.Features.Get<HeldShare>()?.Dispose();
        try
        {
            await WriteAsync(http, follower.Value, ended.Token);
        }
        catch (OperationCanceledException) when (ended.IsCancellationRequested)
        {
            // The key has ended, the instance stops, or the client has gone.
        }
    }

    private static void Describe(HttpResponse response)
    {
        response.ContentType = MediaType;
        response.Headers.CacheControl = NotStored.CacheControl;
        response.Headers[BufferingHeader] = "no"; // For nginx.
    }

    private async Task WriteAsync(HttpContext http, BoardFollower follower, CancellationToken ended)
    {
        var last = LastPlaceOf(http.Request);
        var from = last is null ? null : cursors.Unprotect(last, BoardFeed.CursorScope);
        if (from is { } position)
        {
            follower.CatchUpFrom(feed.PlaceOf(position));
        }
        else if (last is not null)
        {
            follower.Reset();
        }

        Describe(http.Response);
        http.Features.Get<IHttpResponseBodyFeature>()!.DisableBuffering();
        var retry = RandomNumberGenerator.GetInt32(MinRetryMilliseconds, MaxRetryMilliseconds + 1);
        var start = Encoding.ASCII.GetBytes($"retry: {retry}\n");
        var writer = new EventWriter(http, clock, followers.Dropped);
        if (!await writer.TryWriteAsync(
            [start, from is { } place ? feed.PlaceOf(place).Line : follower.Start.Line], ended))
        {
            return;
        }

        var catchingUp = from is null ? Task.CompletedTask : missed.SendAsync(follower, from.Value, ended);
        try
        {
            while (!catchingUp.IsFaulted && await writer.TryWriteAsync(await follower.TakeAsync(ended), ended))
            {
                // Until the client has gone, or something has gone wrong with what it has missed.
            }
        }
        finally
        {
            await catchingUp;
        }
    }

    /// <returns>Null for a stream that begins now.</returns>
    private static string? LastPlaceOf(HttpRequest request) =>
        request.Headers[LastEventIdHeader].ToString() is { Length: > 0 } header ? header
        : request.Query[LastEventId].ToString() is { Length: > 0 } parameter ? parameter
        : null;

    private readonly record struct Entered(BoardFollowers Followers, BoardFollower? Value) : IDisposable
    {
        public void Dispose()
        {
            if (Value is not null)
            {
                Followers.Leave(Value);
            }
        }
    }
}

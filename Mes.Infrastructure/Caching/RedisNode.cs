using System.Diagnostics;
using Mes.Application;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace Mes.Infrastructure.Caching;

/// <summary>
/// One Redis server, over a connection that leads to no other. Nobody waits longer than the budget, and after a few failures in a
/// row nobody waits at all: the circuit is open until a probe, off the requests' path, has been answered.
/// </summary>
/// <param name="trouble">Called when the server may no longer be the right one.</param>
internal sealed partial class RedisNode(
    RedisConnection connection,
    CacheOptions options,
    CacheMetrics metrics,
    TimeProvider clock,
    ILogger logger,
    Action trouble)
{
    private const string Timeout = "timeout";

    private static readonly string[] OnTheMove = ["MOVED", "ASK ", "TRYAGAIN", "CLUSTERDOWN"];

    /// <summary>How often it is looked whether the connection still leads to the same data.</summary>
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(100);

    /// <summary>Nothing counts that was answered later than this after the last look was asked for that found the same data.</summary>
    private static readonly TimeSpan LookTerm = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim _attention = new(0, 1);
    private volatile Link? _link;
    private int _failures;

    public bool IsReachable => _link is not null && Volatile.Read(ref _failures) < options.FailuresToOpen;

    public bool IsAnswering => _link is not null && Volatile.Read(ref _failures) == 0;

    public DataSet? Connected => _link is { } link && !link.IsDoubtful ? link.DataSet : null;

    /// <param name="operation">For metrics and traces; one of a few.</param>
    /// <param name="budget">How long to wait for the answer.</param>
    public async ValueTask<RedisAnswer<T>> AskAsync<TState, T>(string operation, TimeSpan budget, TState state, Func<IDatabase, TState, Task<T>> ask)
    {
        if (_link is not { } link || !IsReachable)
        {
            return RedisAnswer<T>.None(RedisGate.Unreachable);
        }

        using var activity = Telemetry.Source.StartActivity(operation, ActivityKind.Client);
        activity?.SetTag("db.system.name", "redis");
        var started = clock.GetTimestamp();
        try
        {
            // A command that is abandoned here may still be carried out later; the protocol expects that.
            var value = await ask(link.Database, state).WaitAsync(budget, clock);
            metrics.RedisAnswered(operation, clock.GetElapsedTime(started));
            Interlocked.Exchange(ref _failures, 0);
            return RedisAnswer<T>.Of(value, Identify(link));
        }
        catch (RedisServerException exception)
        {
            // It answers, if not as it should: no reason to stop asking it.
            Interlocked.Exchange(ref _failures, 0);
            activity?.SetStatus(ActivityStatusCode.Error, RedisGate.Refused);
            if (exception.Message.StartsWith("WRONGTYPE", StringComparison.Ordinal))
            {
                return RedisAnswer<T>.None(RedisGate.WrongType);
            }

            if (exception.Message.Contains("READONLY", StringComparison.Ordinal))
            {
                // It was made a replica under this very connection.
                CallForAttention(link);
            }

            trouble();
            if (IsOnTheMove(exception.Message))
            {
                // Another server has these keys by now. That it will be found is told once, not for every request.
                Moved(operation, exception.Message);
            }
            else
            {
                ErrorAnswer(operation, exception);
            }

            return RedisAnswer<T>.None(RedisGate.Refused);
        }
        catch (Exception exception) when (exception is TimeoutException or RedisException or ObjectDisposedException or OperationCanceledException)
        {
            var reason = exception is TimeoutException ? Timeout : RedisGate.Unreachable;
            activity?.SetStatus(ActivityStatusCode.Error, reason);
            Failed(operation, reason, exception);
            return RedisAnswer<T>.None(reason);
        }
    }

    /// <summary>The slot of these keys is at another server, or on its way there, or nobody has it at the moment.</summary>
    internal static bool IsOnTheMove(string error) => OnTheMove.Any(word => error.Contains(word, StringComparison.Ordinal));

    /// <summary>Keeps it identified, until it is not wanted any more.</summary>
    public async Task RunAsync(CancellationToken stoppingToken)
    {
        var multiplexer = await connection.ConnectAsync();
        var probe = new RedisProbe(multiplexer, clock);
        while (true)
        {
            var dataSet = await ProbeAsync(probe, stoppingToken);
            Interlocked.Exchange(ref _failures, 0);
            var link = new Link(multiplexer.GetDatabase(), probe, dataSet);
            _link = link;
            Closed(connection.Description);
            foreach (var danger in dataSet.Dangers)
            {
                Danger(danger);
            }

            await KeepLookingAsync(link, stoppingToken);
            _link = null;
        }
    }

    /// <summary>Looks again and again, until the connection leads to something else, or somebody else has noticed that it may.</summary>
    private async Task KeepLookingAsync(Link link, CancellationToken stoppingToken)
    {
        while (!await _attention.WaitAsync(LookInterval, stoppingToken))
        {
            var askedAt = clock.GetTimestamp();
            try
            {
                if (await link.Probe.IsStillAsync(link.DataSet).WaitAsync(RedisProbe.Budget, clock, stoppingToken))
                {
                    link.ConfirmedAt = askedAt;
                }
                else
                {
                    CallForAttention(link);
                }
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                // It may be the same once it answers again; until then nothing counts for longer than the term.
                StillAway(exception.GetType().Name);
                Identify(link);
            }
        }
    }

    private async Task<DataSet> ProbeAsync(RedisProbe probe, CancellationToken stoppingToken)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                if (await probe.IdentifyAsync().WaitAsync(RedisProbe.Budget, clock, stoppingToken) is { } dataSet)
                {
                    return dataSet;
                }
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                StillAway(exception.GetType().Name);
            }

            // The first tries may come before the client has connected at all.
            if (attempt == RedisProbe.AttemptsBeforeWarning)
            {
                NotUsable(connection.Description);
            }

            await Task.Delay(RedisProbe.Interval, clock, stoppingToken);
        }
    }

    /// <summary>
    /// The client reconnects by itself, and its events come late: answers of another Redis may arrive before any of them. So
    /// after each answer it is looked whether the connection is still the one that was identified; and that it was looked at lately, for a
    /// server may come to have other data under the same connection.
    /// </summary>
    private DataSet? Identify(Link link)
    {
        if (link.Probe.Socket != link.DataSet.Socket)
        {
            CallForAttention(link);
            return null;
        }

        return !link.IsDoubtful && clock.GetElapsedTime(link.ConfirmedAt) < LookTerm ? link.DataSet : null;
    }

    private void Failed(string operation, string reason, Exception exception)
    {
        if (Interlocked.Increment(ref _failures) == options.FailuresToOpen && _link is { } link)
        {
            Opened(connection.Description, operation, reason, exception.Message);
            CallForAttention(link);
            trouble();
        }
    }

    private void CallForAttention(Link link)
    {
        if (Interlocked.CompareExchange(ref link.CalledForAttention, 1, 0) == 0)
        {
            _attention.Release();
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Redis} answers; the cache is used")]
    private partial void Closed(string redis);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Redis} does not answer ({Operation}: {Reason}, {Error}); everything comes from the database until it does")]
    private partial void Opened(string redis, string operation, string reason, string error);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Redis endangers the cache, though not its promises: {Danger}")]
    private partial void Danger(string danger);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Redis} does not answer, or is a replica; trying on")]
    private partial void NotUsable(string redis);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Redis still does not answer: {Error}")]
    private partial void StillAway(string error);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Redis has handed over what {Operation} asked for: {Error}")]
    private partial void Moved(string operation, string error);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Redis refused {Operation}")]
    private partial void ErrorAnswer(string operation, Exception exception);

    /// <summary>A connection that was identified.</summary>
    private sealed class Link(IDatabase database, RedisProbe probe, DataSet dataSet)
    {
        public int CalledForAttention;
        private long _confirmedAt = dataSet.IdentifiedAt;

        public IDatabase Database => database;

        public RedisProbe Probe => probe;

        public DataSet DataSet => dataSet;

        /// <summary>Somebody has noticed that it may lead to something else by now.</summary>
        public bool IsDoubtful => Volatile.Read(ref CalledForAttention) != 0;

        /// <summary>A timestamp, from before the last look was asked for that found this data.</summary>
        public long ConfirmedAt
        {
            get => Volatile.Read(ref _confirmedAt);
            set => Volatile.Write(ref _confirmedAt, value);
        }
    }
}

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

    /// <summary>As an operation: to find out which Redis it is.</summary>
    private const string Identification = "identify";

    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(250);

    private readonly SemaphoreSlim _attention = new(0, 1);
    private volatile Link? _link;
    private int _failures;

    public bool IsReachable => _link is not null && Volatile.Read(ref _failures) < options.FailuresToOpen;

    public bool IsAnswering => _link is not null && Volatile.Read(ref _failures) == 0;

    public DataSet? Connected => _link?.DataSet;

    /// <summary>What Redis has against this instance, for people; null when it has nothing that has a name.</summary>
    public string? Trouble => connection.Refusals.Trouble;

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
            Worked(operation);
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

            if (exception.Message.StartsWith("READONLY", StringComparison.Ordinal))
            {
                // It was made a replica under this very connection.
                CallForAttention(link);
            }

            trouble();
            if (exception.Message.Contains("MOVED", StringComparison.Ordinal))
            {
                // Another server has these keys by now. That it will be found is told once, not for every request.
                Moved(operation, exception.Message);
            }
            else
            {
                Refused(operation, exception);
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

    /// <summary>Keeps it identified, until it is not wanted any more.</summary>
    public async Task RunAsync(CancellationToken stoppingToken)
    {
        var multiplexer = await connection.ConnectAsync();
        var probe = new RedisProbe(multiplexer, clock);
        while (true)
        {
            var dataSet = await ProbeAsync(probe, stoppingToken);
            Interlocked.Exchange(ref _failures, 0);
            _link = new Link(multiplexer.GetDatabase(), probe, dataSet);
            Worked(Identification);
            Closed(connection.Description);
            foreach (var danger in dataSet.Dangers)
            {
                Danger(danger);
            }

            while (!await _attention.WaitAsync(LookInterval, stoppingToken))
            {
                // While nothing may be asked of this Redis, because the database names another, no answer would show that
                // the client has long connected to that other one.
                Identify(_link);
            }

            _link = null;
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
                if (connection.TroubleOf(exception) is { } trouble && connection.Refusals.Refused(Identification, trouble, trouble))
                {
                    InTrouble(connection.Description, trouble);
                }
            }

            // The first tries may come before the client has connected at all.
            if (attempt == RedisProbe.AttemptsBeforeWarning && connection.Refusals.Trouble is null)
            {
                NotUsable(connection.Description);
            }

            await Task.Delay(RedisProbe.Interval, clock, stoppingToken);
        }
    }

    /// <summary>
    /// The client reconnects by itself, and its events come late: answers of another Redis may arrive before any of them. So
    /// after each answer it is looked whether the connection is still the one that was identified.
    /// </summary>
    private DataSet? Identify(Link link)
    {
        if (link.Probe.Socket == link.DataSet.Socket)
        {
            return link.DataSet;
        }

        CallForAttention(link);
        return null;
    }

    private void Refused(string operation, RedisServerException exception)
    {
        var trouble = connection.TroubleOf(exception);
        if (connection.Refusals.Refused(operation, RedisTrouble.KindOf(exception.Message), trouble))
        {
            ErrorAnswer(connection.Description, operation, trouble ?? RedisTrouble.OneLine(exception.Message));
        }
    }

    private void Worked(string operation)
    {
        if (connection.Refusals.Worked(operation, out var refused))
        {
            WorksAgain(connection.Description, operation, refused);
        }
    }

    private void Failed(string operation, string reason, Exception exception)
    {
        if (Interlocked.Increment(ref _failures) == options.FailuresToOpen && _link is { } link)
        {
            Opened(connection.Description, operation, reason, RedisTrouble.OneLine(exception.Message));
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

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Redis} refuses {Operation}: {Trouble}; not told again until it works")]
    private partial void ErrorAnswer(string redis, string operation, string trouble);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Redis} carries out {Operation} again, after it refused {Refused}")]
    private partial void WorksAgain(string redis, string operation, long refused);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Redis} cannot be used: it {Trouble}; trying on")]
    private partial void InTrouble(string redis, string trouble);

    /// <summary>A connection that was identified.</summary>
    private sealed class Link(IDatabase database, RedisProbe probe, DataSet dataSet)
    {
        public int CalledForAttention;

        public IDatabase Database => database;

        public RedisProbe Probe => probe;

        public DataSet DataSet => dataSet;
    }
}

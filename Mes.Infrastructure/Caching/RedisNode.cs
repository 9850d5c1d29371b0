using System.Diagnostics;
using Mes.Application;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace Mes.Infrastructure.Caching;

/// <summary>
/// One Redis server, over a connection that leads to no other. Nobody waits longer than the budget, and after a few failures in a
/// row nobody waits at all: the circuit is open until a write, off the requests' path, has worked. Since a server can answer reads and
/// refuse every write, each failure has such a write tried; where that fails too, the circuit opens, whatever else is answered (bug
/// class 36).
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
    /// <summary>The operation that removes what a put could not replace.</summary>
    public const string DropOperation = "drop";

    private const string Timeout = "timeout";
    private const string NoWritesAnswered = "answers no writes";

    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan TellErrorsEvery = TimeSpan.FromSeconds(10);

    private readonly SemaphoreSlim _attention = new(0, 1);
    private readonly SemaphoreSlim _doubt = new(0, 1);
    private volatile Link? _link;
    private volatile string? _trouble;
    private int _failures;
    private int _inDoubt;
    private long _errorToldAt;

    public bool IsReachable => _link is not null && Volatile.Read(ref _failures) < options.FailuresToOpen;

    public bool IsAnswering => _link is not null && Volatile.Read(ref _failures) == 0;

    public bool IsWorking => Volatile.Read(ref _inDoubt) == 0 && IsAnswering;

    /// <summary>For people, why it is not reachable although it answers.</summary>
    public string? Trouble => _trouble;

    public DataSet? Connected => _link?.DataSet;

    /// <summary>One that this server has, for the writes that are tried.</summary>
    public int Cell { get; set; }

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
            var scope = RedisErrors.ScopeOf(exception.Message);
            if (scope == RedisErrorScope.Key)
            {
                return RedisAnswer<T>.None(RedisGate.WrongType);
            }

            if (exception.Message.StartsWith("READONLY", StringComparison.Ordinal))
            {
                // It was made a replica under this very connection.
                CallForAttention(link);
            }

            trouble();
            if (scope == RedisErrorScope.Elsewhere)
            {
                // Another server has these keys by now. That it will be found is told once, not for every request.
                Moved(operation, exception.Message);
            }
            else
            {
                Tell(operation, exception);

                // A full memory refuses what needs room; that even the removal of something is refused means more.
                if (scope == RedisErrorScope.Refusal || operation == DropOperation)
                {
                    Doubt();
                }
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

    /// <summary>Tries a write to a cell now; the circuit opens if it is refused.</summary>
    public async Task<bool> CanWriteAsync(int cell) => _link is { } link && await TryWriteAsync(link, cell, CancellationToken.None) is null;

    /// <summary>Keeps it identified, until it is not wanted any more.</summary>
    public async Task RunAsync(CancellationToken stoppingToken)
    {
        var multiplexer = await connection.ConnectAsync();
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        Task[] parts = [KeepIdentifiedAsync(multiplexer, end.Token), ResolveDoubtsAsync(end.Token)];
        try
        {
            // Neither ends but by cancellation, or by a bug, which must not go unnoticed.
            await await Task.WhenAny(parts);
        }
        finally
        {
            await end.CancelAsync();
            await Task.WhenAll(parts).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task KeepIdentifiedAsync(IConnectionMultiplexer multiplexer, CancellationToken stoppingToken)
    {
        var probe = new RedisProbe(multiplexer, clock);
        var writes = new WriteTrial(multiplexer.GetDatabase(), clock);
        while (true)
        {
            var dataSet = await ProbeAsync(probe, writes, stoppingToken);
            Interlocked.Exchange(ref _failures, 0);
            var link = new Link(multiplexer.GetDatabase(), probe, writes, dataSet);
            _link = link;
            Closed(connection.Description);
            foreach (var danger in dataSet.Dangers)
            {
                Danger(danger);
            }

            while (!await _attention.WaitAsync(LookInterval, stoppingToken))
            {
                // While nothing may be asked of this Redis, because the database names another, no answer would show that
                // the client has long connected to that other one.
                Identify(link);
            }

            _link = null;
        }
    }

    private async Task<DataSet> ProbeAsync(RedisProbe probe, WriteTrial writes, CancellationToken stoppingToken)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                if (await probe.IdentifyAsync().WaitAsync(RedisProbe.Budget, clock, stoppingToken) is { } dataSet)
                {
                    if (await writes.FailureAsync(Cell, stoppingToken) is not { } failure)
                    {
                        _trouble = null;
                        return dataSet;
                    }

                    CannotWrite(failure);
                }
            }
            catch (RedisServerException exception)
            {
                CannotWrite(RedisErrors.CodeOf(exception.Message));
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                _trouble = null;
                StillAway(exception.GetType().Name);
            }

            // The first tries may come before the client has connected at all.
            if (attempt == RedisProbe.AttemptsBeforeWarning && _trouble is null)
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

    /// <summary>Whatever fails may fail for everybody, also where other things are answered: a write shows it.</summary>
    private void Doubt()
    {
        if (Interlocked.Exchange(ref _inDoubt, 1) == 0)
        {
            _doubt.Release();
        }
    }

    private async Task ResolveDoubtsAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            await _doubt.WaitAsync(stoppingToken);
            if (_link is { } link)
            {
                await TryWriteAsync(link, Cell, stoppingToken);
            }

            Volatile.Write(ref _inDoubt, 0);
            await Task.Delay(RedisProbe.Interval, clock, stoppingToken);
        }
    }

    /// <returns>Null when the write worked.</returns>
    private async Task<string?> TryWriteAsync(Link link, int cell, CancellationToken cancellationToken)
    {
        var failure = await link.Writes.FailureAsync(cell, cancellationToken);
        if (failure == WriteTrial.Elsewhere)
        {
            trouble();
        }
        else if (failure is not null)
        {
            // Open before the doubt is over: nobody may take it for working in between.
            if (Interlocked.CompareExchange(ref _link, null, link) == link)
            {
                if (failure == WriteTrial.Silence)
                {
                    // Perhaps it does answer reads, for a while.
                    NotWritable(connection.Description, NoWritesAnswered);
                }

                CannotWrite(failure);
                trouble();
            }

            CallForAttention(link);
        }

        return failure;
    }

    private void CannotWrite(string failure)
    {
        if (failure == WriteTrial.Elsewhere)
        {
            trouble();
            return;
        }

        var now = failure == WriteTrial.Silence ? null : RedisErrors.Describe(failure);
        if (now is not null && _trouble != now)
        {
            NotWritable(connection.Description, now);
        }

        _trouble = now;
    }

    private void Failed(string operation, string reason, Exception exception)
    {
        Doubt();
        if (Interlocked.Increment(ref _failures) == options.FailuresToOpen && _link is { } link)
        {
            Opened(connection.Description, operation, reason, exception.Message);
            CallForAttention(link);
            trouble();
        }
    }

    private void Tell(string operation, RedisServerException exception)
    {
        var told = Volatile.Read(ref _errorToldAt);
        if (told == 0 || clock.GetElapsedTime(told) >= TellErrorsEvery)
        {
            Volatile.Write(ref _errorToldAt, clock.GetTimestamp());
            ErrorAnswer(operation, exception.Message, TellErrorsEvery.TotalSeconds);
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

    [LoggerMessage(Level = LogLevel.Warning, Message = "Redis refused {Operation}: {Error} (others like it are not told for {Seconds} s)")]
    private partial void ErrorAnswer(string operation, string error, double seconds);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Redis} {Trouble}; everything comes from the database until a write works")]
    private partial void NotWritable(string redis, string trouble);

    /// <summary>A connection that was identified.</summary>
    private sealed class Link(IDatabase database, RedisProbe probe, WriteTrial writes, DataSet dataSet)
    {
        public int CalledForAttention;

        public IDatabase Database => database;

        public RedisProbe Probe => probe;

        public WriteTrial Writes => writes;

        public DataSet DataSet => dataSet;
    }
}

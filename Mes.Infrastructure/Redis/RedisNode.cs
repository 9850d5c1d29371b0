using System.Diagnostics;
using Mes.Application;
using Mes.Application.Caching;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace Mes.Infrastructure.Redis;

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

    /// <summary>As an operation: to find out which Redis it is.</summary>
    private const string Identification = "identify";

    /// <summary>As an operation: a write that is tried.</summary>
    private const string Trial = "trial";

    private const string NoWritesAnswered = "answers no writes";

    /// <summary>How often it is looked whether the connection still leads to the same data.</summary>
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(100);

    /// <summary>Nothing counts that was answered later than this after the last look was asked for that found the same data.</summary>
    private static readonly TimeSpan LookTerm = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim _attention = new(0, 1);
    private readonly SemaphoreSlim _doubt = new(0, 1);
    private volatile Link? _link;
    private volatile string? _trouble;
    private int _failures;
    private int _inDoubt;

    public bool IsReachable => _link is not null && Volatile.Read(ref _failures) < options.FailuresToOpen;

    public bool IsAnswering => _link is not null && Volatile.Read(ref _failures) == 0;

    public bool IsWorking => Volatile.Read(ref _inDoubt) == 0 && IsAnswering;

    /// <summary>For people, what it refuses although it answers; null when it refuses nothing, or does not answer.</summary>
    public string? Trouble => connection.Refusals.Trouble ?? _trouble;

    public DataSet? Connected => _link is { } link && !link.IsDoubtful ? link.DataSet : null;

    /// <summary>One that this server has, for the writes that are tried.</summary>
    public int Cell { get; set; }

    /// <param name="operation">For metrics and traces; one of a few.</param>
    /// <param name="budget">How long to wait for the answer.</param>
    public async ValueTask<RedisAnswer<T>> AskAsync<TState, T>(string operation, TimeSpan budget, TState state, Func<IDatabase, TState, Task<T>> ask)
    {
        if (_link is not { } link || !IsReachable)
        {
            return RedisAnswer<T>.None(BypassReason.Unreachable);
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
            activity?.SetStatus(ActivityStatusCode.Error, BypassReason.Error.Name);
            var scope = RedisErrors.ScopeOf(exception.Message);
            if (scope == RedisErrorScope.Key)
            {
                return RedisAnswer<T>.None(BypassReason.WrongType);
            }

            if (exception.Message.Contains("READONLY", StringComparison.Ordinal))
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
                Refused(operation, exception);

                // A full memory refuses what needs room; that even the removal of something is refused means more.
                if (scope == RedisErrorScope.Refusal || operation == DropOperation)
                {
                    Doubt();
                }
            }

            return RedisAnswer<T>.None(BypassReason.Error);
        }
        catch (Exception exception) when (exception is TimeoutException or RedisException or ObjectDisposedException or OperationCanceledException)
        {
            var reason = exception is TimeoutException ? BypassReason.Timeout : BypassReason.Unreachable;
            activity?.SetStatus(ActivityStatusCode.Error, reason.Name);
            Failed(operation, reason.Name, exception);
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
        var writes = new WriteTrial(multiplexer.GetDatabase(), exception => Refused(Trial, exception), clock);
        while (true)
        {
            var dataSet = await ProbeAsync(probe, writes, stoppingToken);
            Interlocked.Exchange(ref _failures, 0);
            var link = new Link(multiplexer.GetDatabase(), probe, writes, dataSet);
            _link = link;
            foreach (var (operation, refused) in connection.Refusals.AllWorked())
            {
                WorksAgain(connection.Description, operation, refused);
            }

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
                if (connection.TroubleOf(exception) is { } trouble && connection.Refusals.Refused(Identification, trouble, trouble))
                {
                    InTrouble(connection.Description, trouble);
                }
            }

            // The first tries may come before the client has connected at all.
            if (attempt == RedisProbe.AttemptsBeforeWarning && Trouble is null)
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

    private void Refused(string operation, RedisServerException exception)
    {
        var trouble = connection.TroubleOf(exception);
        if (connection.Refusals.Refused(operation, RedisErrors.CodeOf(exception.Message), trouble))
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
        Doubt();
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

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Redis} {Trouble}; everything comes from the database until a write works")]
    private partial void NotWritable(string redis, string trouble);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Redis} refuses {Operation}: {Trouble}; not told again until it works")]
    private partial void ErrorAnswer(string redis, string operation, string trouble);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Redis} carries out {Operation} again, after it refused {Refused}")]
    private partial void WorksAgain(string redis, string operation, long refused);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Redis} cannot be used: it {Trouble}; trying on")]
    private partial void InTrouble(string redis, string trouble);

    /// <summary>A connection that was identified.</summary>
    private sealed class Link(IDatabase database, RedisProbe probe, WriteTrial writes, DataSet dataSet)
    {
        public int CalledForAttention;
        private long _confirmedAt = dataSet.IdentifiedAt;

        public IDatabase Database => database;

        public RedisProbe Probe => probe;

        public WriteTrial Writes => writes;

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

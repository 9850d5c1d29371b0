using System.Diagnostics;
using Mes.Application;
using Mes.Application.Caching;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace Mes.Infrastructure.Redis;

/// <summary>
/// One Redis server, over a connection that leads to no other. No request waits longer than its timeout, and after a
/// few failures in a row none waits at all: the circuit stays open until a write, made in the background, has worked.
/// Because a server can answer reads and refuse every write, each failure leads to a trial write. If that fails too,
/// the circuit opens, whatever else is answered (bug class 36).
/// </summary>
/// <param name="onTrouble">Called when the server may no longer be the right one.</param>
internal sealed class RedisNode(
    RedisConnection connection,
    CacheOptions options,
    CacheMetrics metrics,
    TimeProvider clock,
    ILogger logger,
    Action onTrouble)
{
    /// <summary>The operation that removes what a put could not replace.</summary>
    public const string DropOperation = "drop";

    private const string IdentifyOperation = "identify";
    private const string TrialOperation = "trial";
    private const string NoWritesAnswered = "answers no writes";

    /// <summary>How often the node checks that the connection still leads to the same data set.</summary>
    private static readonly TimeSpan CheckInterval = TimeSpan.FromMilliseconds(100);

    private readonly RedisCircuit _circuit = new(options.FailuresToOpen);
    private readonly SemaphoreSlim _doubtful = new(0, 1);
    private volatile IdentifiedConnection? _identified;
    private volatile string? _trouble;

    /// <summary>Whether the latest command was answered in time.</summary>
    public bool IsAnswering => _identified is not null && _circuit.IsAnswering;

    /// <inheritdoc cref="ICacheHealth.HasRecovered"/>
    public bool HasRecovered => !_circuit.IsInDoubt && IsAnswering;

    /// <summary>What the server refuses, for people; null if it refuses nothing, or does not answer.</summary>
    public string? Trouble => connection.Refusals.Trouble ?? _trouble;

    /// <inheritdoc cref="ICacheHealth.Connected"/>
    public DataSet? Connected => _identified is { IsDoubtful: false } identified ? identified.DataSet : null;

    /// <summary>A cell that this server has, for trial writes.</summary>
    public int Cell { get; set; }

    /// <summary>Sends a command, unless the circuit is open.</summary>
    /// <param name="operation">One of a few names, for metrics and traces.</param>
    /// <param name="timeout">How long to wait for the reply.</param>
    /// <param name="requests">How many requests wait for the reply: without one, so many have failed.</param>
    public async ValueTask<RedisReply<T>> SendAsync<TState, T>(
        string operation, TimeSpan timeout, TState state, Func<IDatabase, TState, Task<T>> send, int requests)
    {
        if (_identified is not { } identified || !_circuit.IsClosed)
        {
            return RedisReply<T>.Failed(BypassReason.Unreachable);
        }

        using var activity = Telemetry.Source.StartActivity(operation, ActivityKind.Client);
        activity?.SetTag("db.system.name", "redis");
        var started = clock.GetTimestamp();
        try
        {
            // Redis may still execute a command that is abandoned here; the protocol allows for that.
            var value = await send(identified.Database, state).WaitAsync(timeout, clock);
            metrics.RedisReplied(operation, clock.GetElapsedTime(started));
            OnReply(operation);
            return RedisReply<T>.Of(value, SourceOfReply(identified));
        }
        catch (RedisServerException exception)
        {
            activity?.SetStatus(ActivityStatusCode.Error, BypassReason.Error.Name);
            return RedisReply<T>.Failed(OnError(identified, operation, exception));
        }
        catch (Exception exception) when (exception
            is TimeoutException or RedisException or ObjectDisposedException or OperationCanceledException)
        {
            var reason = exception is TimeoutException ? BypassReason.Timeout : BypassReason.Unreachable;
            activity?.SetStatus(ActivityStatusCode.Error, reason.Name);
            OnNoReply(operation, reason.Name, exception, requests);
            return RedisReply<T>.Failed(reason);
        }
    }

    /// <summary>Tries to write to a cell. If the write fails, the circuit opens.</summary>
    public async Task<bool> CanWriteAsync(int cell) =>
        _identified is { } identified && await TryWriteAsync(identified, cell, CancellationToken.None) is null;

    /// <summary>Identifies the server and keeps checking it, until cancelled.</summary>
    public async Task RunAsync(CancellationToken stoppingToken)
    {
        var multiplexer = await connection.ConnectAsync();
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        Task[] parts = [KeepIdentifiedAsync(multiplexer, end.Token), ResolveDoubtsAsync(end.Token)];
        try
        {
            // Either part ends only when it is cancelled, or because of a bug, which must not go unnoticed.
            await await Task.WhenAny(parts);
        }
        finally
        {
            await end.CancelAsync();
            await Task.WhenAll(parts).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private void OnReply(string operation)
    {
        _circuit.Answered();
        if (connection.Refusals.Worked(operation, out var refused))
        {
            logger.AcceptsAgain(connection.Description, operation, refused);
        }
    }

    /// <returns>The failure to report to the caller.</returns>
    private BypassReason OnError(IdentifiedConnection identified, string operation, RedisServerException exception)
    {
        // The server answers, if not as it should: no reason to stop sending to it.
        _circuit.Answered();
        var scope = RedisErrors.ScopeOf(exception.Message);
        if (scope == RedisErrorScope.Key)
        {
            return BypassReason.WrongType;
        }

        if (RedisErrors.CodeOf(exception.Message) == RedisErrors.ReadOnly)
        {
            // The server became a replica under this very connection.
            Identify(identified);
        }

        onTrouble();
        if (scope == RedisErrorScope.Elsewhere)
        {
            // Another server has these keys by now. The router logs once where they are, not for every request.
            logger.Moved(operation, exception.Message);
            return BypassReason.Error;
        }

        OnRefusal(operation, exception);

        // A full memory refuses commands that need room. If even a removal is refused, there is more to it.
        if (scope == RedisErrorScope.Refusal || operation == DropOperation)
        {
            _circuit.Doubt();
        }

        return BypassReason.Error;
    }

    private void OnRefusal(string operation, RedisServerException exception)
    {
        var trouble = connection.TroubleOf(exception);
        if (connection.Refusals.Refused(operation, RedisErrors.CodeOf(exception.Message), trouble))
        {
            logger.Refuses(connection.Description, operation, trouble ?? RedisErrors.OneLine(exception.Message));
        }
    }

    private void OnNoReply(string operation, string reason, Exception exception, int requests)
    {
        if (_circuit.Failed(requests) && _identified is { } identified)
        {
            var error = RedisErrors.OneLine(exception.Message);
            logger.CircuitOpened(connection.Description, operation, reason, error);
            Identify(identified);
            onTrouble();
        }
    }

    /// <summary>
    /// The data set that a reply came from that has just arrived. The client reconnects by itself, and its events come
    /// late: replies from another Redis may arrive before any of them. Also, a server may get other data under the same
    /// connection. So a reply counts only if the client has not reconnected and the data set was checked lately.
    /// </summary>
    /// <returns>Null if that is not certain.</returns>
    private DataSet? SourceOfReply(IdentifiedConnection identified)
    {
        if (identified.IsReconnected)
        {
            Identify(identified);
            return null;
        }

        return identified.IsConfirmed ? identified.DataSet : null;
    }

    /// <summary>Has the server identified again.</summary>
    private void Identify(IdentifiedConnection identified)
    {
        if (identified.BecomeDoubtful())
        {
            _doubtful.Release();
        }
    }

    private async Task KeepIdentifiedAsync(IConnectionMultiplexer multiplexer, CancellationToken stoppingToken)
    {
        var probe = new RedisProbe(multiplexer, clock);
        var trialWrite = new TrialWrite(
            multiplexer.GetDatabase(), exception => OnRefusal(TrialOperation, exception), clock);
        while (true)
        {
            var dataSet = await IdentifyAsync(probe, trialWrite, stoppingToken);
            _circuit.Answered();
            var identified = new IdentifiedConnection(multiplexer.GetDatabase(), probe, trialWrite, dataSet, clock);
            _identified = identified;
            foreach (var (operation, refused) in connection.Refusals.AllWorked())
            {
                logger.AcceptsAgain(connection.Description, operation, refused);
            }

            logger.CircuitClosed(connection.Description);
            foreach (var danger in dataSet.Dangers)
            {
                logger.Danger(danger);
            }

            await CheckUntilDoubtfulAsync(identified, stoppingToken);
            _identified = null;
        }
    }

    private async Task CheckUntilDoubtfulAsync(IdentifiedConnection identified, CancellationToken stoppingToken)
    {
        while (!await _doubtful.WaitAsync(CheckInterval, stoppingToken))
        {
            try
            {
                if (!await identified.CheckAsync(stoppingToken))
                {
                    Identify(identified);
                }
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                // It may be the same data set once it answers again. Until then replies count no longer than the term
                // of the last check.
                logger.StillAway(exception.GetType().Name);
                SourceOfReply(identified);
            }
        }
    }

    private async Task<DataSet> IdentifyAsync(RedisProbe probe, TrialWrite trialWrite, CancellationToken stoppingToken)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                if (await probe.IdentifyAsync().WaitAsync(RedisProbe.Timeout, clock, stoppingToken) is { } dataSet)
                {
                    if (await trialWrite.RunAsync(Cell, stoppingToken) is not { } failure)
                    {
                        _trouble = null;
                        return dataSet;
                    }

                    OnFailedWrite(failure);
                }
            }
            catch (RedisServerException exception)
            {
                OnFailedWrite(RedisErrors.CodeOf(exception.Message));
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                _trouble = null;
                logger.StillAway(exception.GetType().Name);
                if (connection.TroubleOf(exception) is { } trouble
                    && connection.Refusals.Refused(IdentifyOperation, trouble, trouble))
                {
                    logger.InTrouble(connection.Description, trouble);
                }
            }

            // The first attempts may come before the client has connected at all.
            if (attempt == RedisProbe.AttemptsBeforeWarning && Trouble is null)
            {
                logger.NotUsable(connection.Description);
            }

            await Task.Delay(RedisProbe.Interval, clock, stoppingToken);
        }
    }

    private async Task ResolveDoubtsAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            await _circuit.WaitForDoubtAsync(stoppingToken);
            if (_identified is { } identified)
            {
                await TryWriteAsync(identified, Cell, stoppingToken);
            }

            _circuit.ResolveDoubt();
            await Task.Delay(RedisProbe.Interval, clock, stoppingToken);
        }
    }

    /// <returns>Null if the write worked.</returns>
    private async Task<string?> TryWriteAsync(
        IdentifiedConnection identified, int cell, CancellationToken cancellationToken)
    {
        var failure = await identified.TrialWrite.RunAsync(cell, cancellationToken);
        if (failure == TrialWrite.Elsewhere)
        {
            onTrouble();
        }
        else if (failure is not null)
        {
            // Stop using the connection before the doubt is resolved: it must not seem to have recovered in between.
            if (Interlocked.CompareExchange(ref _identified, null, identified) == identified)
            {
                if (failure == TrialWrite.NoReply)
                {
                    // It may still answer reads for a while.
                    logger.NotWritable(connection.Description, NoWritesAnswered);
                }

                OnFailedWrite(failure);
                onTrouble();
            }

            Identify(identified);
        }

        return failure;
    }

    private void OnFailedWrite(string failure)
    {
        if (failure == TrialWrite.Elsewhere)
        {
            onTrouble();
            return;
        }

        var trouble = failure == TrialWrite.NoReply ? null : RedisErrors.Describe(failure);
        if (trouble is not null && _trouble != trouble)
        {
            logger.NotWritable(connection.Description, trouble);
        }

        _trouble = trouble;
    }
}

using System.Diagnostics;
using Mes.Application;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace Mes.Infrastructure.Caching;

/// <summary>
/// The one way to Redis. Nobody waits longer than the budget, and after a few failures in a row nobody waits at all: the
/// circuit is open until a probe, off the requests' path, has been answered.
/// </summary>
internal sealed partial class RedisGate(
    RedisConnection connection,
    IOptions<CacheOptions> options,
    CacheMetrics metrics,
    TimeProvider clock,
    ILogger<RedisGate> logger)
    : BackgroundService, ICacheHealth
{
    public const string Unreachable = "unreachable";

    /// <summary>It answered with an error: out of memory, loading, read-only.</summary>
    public const string Refused = "error";

    /// <summary>Something else stands under the key.</summary>
    public const string WrongType = "wrong-type";

    private const string Timeout = "timeout";

    private static readonly TimeSpan ProbeInterval = TimeSpan.FromMilliseconds(100);

    private readonly SemaphoreSlim _opened = new(0, 1);
    private volatile IDatabase? _database;
    private int _failures;

    public bool IsReachable => _database is not null && Volatile.Read(ref _failures) < options.Value.FailuresToOpen;

    public string? Trouble => IsReachable ? null : Unreachable;

    /// <param name="operation">For metrics and traces; one of a few.</param>
    public async ValueTask<RedisAnswer<T>> AskAsync<TState, T>(string operation, TState state, Func<IDatabase, TState, Task<T>> ask)
    {
        if (!IsReachable)
        {
            return RedisAnswer<T>.None(Unreachable);
        }

        using var activity = Telemetry.Source.StartActivity(operation, ActivityKind.Client);
        activity?.SetTag("db.system.name", "redis");
        var started = clock.GetTimestamp();
        try
        {
            // A command that is abandoned here may still be carried out later; the protocol expects that.
            var value = await ask(_database!, state).WaitAsync(options.Value.Budget, clock);
            metrics.RedisAnswered(operation, clock.GetElapsedTime(started));
            Interlocked.Exchange(ref _failures, 0);
            return RedisAnswer<T>.Of(value);
        }
        catch (RedisServerException exception)
        {
            // It answers, if not as it should: no reason to stop asking it.
            Interlocked.Exchange(ref _failures, 0);
            activity?.SetStatus(ActivityStatusCode.Error, Refused);
            if (exception.Message.StartsWith("WRONGTYPE", StringComparison.Ordinal))
            {
                return RedisAnswer<T>.None(WrongType);
            }

            ErrorAnswer(operation, exception);
            return RedisAnswer<T>.None(Refused);
        }
        catch (Exception exception) when (exception is TimeoutException or RedisException or ObjectDisposedException or OperationCanceledException)
        {
            var reason = exception is TimeoutException ? Timeout : Unreachable;
            activity?.SetStatus(ActivityStatusCode.Error, reason);
            Failed(operation, reason, exception);
            return RedisAnswer<T>.None(reason);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var database = (await connection.ConnectAsync()).GetDatabase();
        while (true)
        {
            await ProbeAsync(database, stoppingToken);
            Interlocked.Exchange(ref _failures, 0);
            _database = database;
            Closed(connection.Description);
            await _opened.WaitAsync(stoppingToken);
        }
    }

    private async Task ProbeAsync(IDatabase database, CancellationToken stoppingToken)
    {
        while (true)
        {
            try
            {
                await database.PingAsync().WaitAsync(options.Value.Budget, clock, stoppingToken);
                return;
            }
            catch (Exception exception) when (exception is TimeoutException or RedisException or ObjectDisposedException)
            {
                StillAway(exception.GetType().Name);
                await Task.Delay(ProbeInterval, clock, stoppingToken);
            }
        }
    }

    private void Failed(string operation, string reason, Exception exception)
    {
        if (Interlocked.Increment(ref _failures) == options.Value.FailuresToOpen)
        {
            Opened(operation, reason, exception);
            _opened.Release();
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Redis} answers; the cache is used")]
    private partial void Closed(string redis);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Redis does not answer ({Operation}: {Reason}); everything comes from the database until it does")]
    private partial void Opened(string operation, string reason, Exception exception);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Redis still does not answer: {Error}")]
    private partial void StillAway(string error);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Redis refused {Operation}")]
    private partial void ErrorAnswer(string operation, Exception exception);
}

using Mes.Application.Caching;
using Mes.Infrastructure.Coordination;
using Mes.Infrastructure.Persistence;
using Mes.Infrastructure.Redis;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Mes.Infrastructure.Startup;

/// <summary>
/// Whether the service can serve. It can once the database has answered and has the schema. From then on it serves
/// readers even while cache or database are away, so it stays ready and says what is degraded.
/// </summary>
public sealed partial class ServiceState : BackgroundService
{
    private static readonly TimeSpan Retry = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan CacheRetry = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan CachePatience = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(2);

    private readonly SchemaMigrator _migrator;
    private readonly LicencePoll _poll;
    private readonly DatabaseWriteState _writes;
    private readonly KeySpace _keys;
    private readonly ICacheHealth _cache;
    private readonly Cells _cells;
    private readonly CacheWarmUp _warmUp;
    private readonly bool _migrate;
    private readonly TimeProvider _clock;
    private readonly ILogger<ServiceState> _logger;
    private readonly ReadySignal _ready;
    private volatile string _waitingFor = "the database";

    internal ServiceState(
        SchemaMigrator migrator,
        LicencePoll poll,
        DatabaseWriteState writes,
        KeySpace keys,
        ICacheHealth cache,
        Cells cells,
        CacheWarmUp warmUp,
        ReadySignal ready,
        bool migrate,
        TimeProvider clock,
        ILogger<ServiceState> logger) =>
        (_migrator, _poll, _writes, _keys, _cache, _cells, _warmUp, _ready, _migrate, _clock, _logger) =
        (migrator, poll, writes, keys, cache, cells, warmUp, ready, migrate, clock, logger);

    /// <summary>Completes when the service can serve.</summary>
    public Task WaitUntilReadyAsync(CancellationToken cancellationToken) => _ready.WaitAsync(cancellationToken);

    /// <summary>What the service waits for; null once it can serve.</summary>
    public string? WaitingFor => _ready.IsSet ? null : _waitingFor;

    /// <summary>What is away while the service serves (<c>cache</c>, <c>database</c>), each with the reason.</summary>
    public IReadOnlyDictionary<string, string> Degraded
    {
        get
        {
            var degraded = new Dictionary<string, string>();
            if (!_cache.IsDisabled && CacheTrouble is { } trouble)
            {
                degraded["cache"] = trouble;
            }

            if (_poll.Age > Silence)
            {
                degraded["database"] = _poll.Trouble ?? "does not answer";
            }
            else if (_writes.Trouble is { } refusal)
            {
                degraded["database"] = $"refuses changes: it {refusal}";
            }

            return degraded;
        }
    }

    /// <summary>Why Redis cannot be used, for people; null if it can be, or if the cache is switched off.</summary>
    internal string? RedisTrouble => _cache.IsDisabled
        ? null
        : Enumerable.Range(0, _cells.Count)
            .Where(cell => _cache.Connected(cell) is null)
            .Select(cell => _cache.TroubleWith(cell) ?? BypassReason.Unreachable.Name)
            .FirstOrDefault();

    /// <summary>Whether the cache is switched off.</summary>
    internal bool IsCacheDisabled => _cache.IsDisabled;

    /// <summary>What endangers the cache in its configuration, though not its promises.</summary>
    public IReadOnlyList<string> Warnings =>
        [.. Enumerable.Range(0, _cells.Count).SelectMany(cell => _cache.Connected(cell)?.Dangers ?? []).Distinct()];

    private string? CacheTrouble
    {
        get
        {
            var troubles = Enumerable.Range(0, _cells.Count).Select(TroubleOf).OfType<string>().ToArray();
            return troubles.Length == 0 ? null
                : _cells.Count == 1 ? troubles[0]
                : $"{string.Join(", ", troubles.Distinct())} ({troubles.Length} of {_cells.Count} cells)";
        }
    }

    private string? TroubleOf(int cell) =>
        _cache.Connected(cell) is null ? _cache.TroubleWith(cell) ?? BypassReason.Unreachable.Name
        : _keys.TryGetEpoch(cell, out _, out var bypassReason) ? _cache.TroubleWith(cell)
        : bypassReason.Name;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var failure = new RecurringFailure("Getting to the database", _logger);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                if (_migrate)
                {
                    await _migrator.MigrateAsync(stoppingToken);
                }

                if (await _migrator.PendingAsync(stoppingToken) is { Count: > 0 } pending)
                {
                    failure.Worked();
                    var waitingFor = $"the migration of the database ({pending.Count} pending; run 'migrate')";
                    if (_waitingFor != waitingFor)
                    {
                        Unmigrated(pending.Count);
                    }

                    _waitingFor = waitingFor;
                }
                else
                {
                    await WaitForCacheAsync(stoppingToken);
                    await _warmUp.RunAsync(stoppingToken);
                    failure.Worked();
                    _ready.Set();
                    return;
                }
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                var trouble = DatabaseTrouble.Name(exception);
                _waitingFor = trouble is null ? "the database" : $"the database, which {trouble}";
                failure.Failed(exception);
            }

            await Task.Delay(Retry, _clock, stoppingToken);
        }
    }

    /// <summary>
    /// Waits a little, so that the first requests find the cache. Without the cache they are served too.
    /// </summary>
    private async Task WaitForCacheAsync(CancellationToken stoppingToken)
    {
        var started = _clock.GetTimestamp();
        do
        {
            await _poll.PollAsync(stoppingToken);
            if (_cache.IsDisabled || CacheTrouble is null)
            {
                return;
            }

            await Task.Delay(CacheRetry, _clock, stoppingToken);
        }
        while (_clock.GetElapsedTime(started) < CachePatience);
    }

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "The database lacks {Count} migrations: run the command 'migrate', or set Mes:MigrateOnStartup")]
    private partial void Unmigrated(int count);
}

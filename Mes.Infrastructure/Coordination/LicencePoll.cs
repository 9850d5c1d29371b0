using Mes.Infrastructure.Persistence;
using Mes.Infrastructure.Redis;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Mes.Infrastructure.Coordination;

/// <summary>
/// Polls the database several times a second for what this instance may still use of its copies (cached orders, API
/// keys), and has new epochs begun where they are due.
/// </summary>
internal sealed partial class LicencePoll : BackgroundService
{
    private static readonly TimeSpan Timeout = TimeSpan.FromMilliseconds(700);

    private readonly PollHistory _history;
    private readonly LicenceQuery _query;
    private readonly EpochCoordinator _epochs;
    private readonly ReadySignal _ready;
    private readonly TimeProvider _clock;
    private readonly ILogger<LicencePoll> _logger;
    private volatile bool _silent;
    private volatile string? _trouble;

    public LicencePoll(
        IDbContextFactory<MesDbContext> contexts,
        IDatabaseEngine engine,
        ICacheHealth cache,
        Cells cells,
        CacheExclusivity exclusivity,
        ReadySignal ready,
        TimeProvider clock,
        ILogger<LicencePoll> logger)
    {
        (_ready, _clock, _logger) = (ready, clock, logger);
        _history = new PollHistory(clock);
        _query = new LicenceQuery(contexts, engine, cells, clock);
        _epochs = new EpochCoordinator(contexts, engine, cache, cells, exclusivity, _history, logger);
    }

    /// <summary>The latest state of the database; null before the first poll has succeeded.</summary>
    public DatabaseState? Latest => _history.Latest;

    /// <summary>
    /// Why the latest poll failed, for people; null if it succeeded, or if the database just does not answer.
    /// </summary>
    public string? Trouble => _silent ? _trouble : null;

    /// <summary>The time since the query of the latest successful poll was sent.</summary>
    public TimeSpan Age => Latest is { } latest ? _clock.GetElapsedTime(latest.AskedAt) : TimeSpan.MaxValue;

    /// <summary>
    /// Whether the latest poll failed. An old <see cref="Latest"/> alone does not mean that: the process may have been
    /// stopped.
    /// </summary>
    public bool IsSilent => _silent;

    /// <summary>Polls now, and has new epochs begun where they are due (<see cref="EpochCoordinator"/>).</summary>
    public async Task<DatabaseState> PollAsync(CancellationToken cancellationToken) =>
        await _epochs.CoordinateAsync(await QueryAsync(cancellationToken), QueryAsync, cancellationToken);

    public override void Dispose()
    {
        _query.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await _ready.WaitAsync(stoppingToken);
        using var timer = new PeriodicTimer(LicenceTerms.PollInterval, _clock);
        do
        {
            try
            {
                using var timeout = new CancellationTokenSource(Timeout, _clock);
                using var either = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, timeout.Token);
                await PollAsync(either.Token).WaitAsync(Timeout, _clock, stoppingToken);
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                // Logged once per outage: the health check and the metrics show how long it lasts.
                if (!_silent)
                {
                    NoAnswer(DatabaseTrouble.Explain(exception));
                }

                _trouble = DatabaseTrouble.Name(exception) ?? _trouble;
                _silent = true;
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task<DatabaseState> QueryAsync(CancellationToken cancellationToken)
    {
        var positionBefore = _history.Position;
        var result = await _query.SendAsync(cancellationToken);
        var latest = _history.Accept(result, positionBefore);
        if (latest.AskedAt == result.AskedAt)
        {
            if (_silent)
            {
                AnswersAgain();
            }

            _silent = false;
            _trouble = null;
        }

        return latest;
    }

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "The database does not answer; until it does, only cached data is served ({Trouble})")]
    private partial void NoAnswer(string trouble);

    [LoggerMessage(Level = LogLevel.Information, Message = "The database answers again")]
    private partial void AnswersAgain();
}

using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Mes.Infrastructure.Persistence;

/// <summary>
/// Asks the database several times a second for the few values that every request depends on: the revision of the API keys
/// and the epoch of the cache.
/// </summary>
internal sealed partial class DatabaseWatch(
    IDbContextFactory<MesDbContext> contexts,
    ReadySignal ready,
    TimeProvider clock,
    ILogger<DatabaseWatch> logger)
    : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Budget = TimeSpan.FromSeconds(2);

    private volatile Observation? _latest;

    /// <summary>What the database said last; null until it has been asked.</summary>
    public Observation? Latest => _latest;

    /// <summary>How long ago the latest answer was asked for; more than a few intervals when the database does not answer.</summary>
    public TimeSpan Age => _latest is { } latest ? clock.GetElapsedTime(latest.AskedAt) : TimeSpan.MaxValue;

    public async Task<Observation> ObserveAsync(CancellationToken cancellationToken)
    {
        var asked = clock.GetTimestamp();
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var answer = await context.Revisions
            .Where(revision => revision.Name == Revision.ApiKeys)
            .Select(revision => new { revision.Value, Epoch = context.CacheCells.Max(cell => cell.Epoch) })
            .SingleAsync(cancellationToken);
        var observation = new Observation(asked, answer.Value, answer.Epoch);
        _latest = observation;
        return observation;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await ready.WaitAsync(stoppingToken);
        var answered = true;
        using var timer = new PeriodicTimer(Interval, clock);
        do
        {
            try
            {
                using var budget = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
                budget.CancelAfter(Budget);
                await ObserveAsync(budget.Token);
                answered = true;
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                // Once per outage: how long it lasts is told by the health check and the metrics.
                if (answered)
                {
                    NoAnswer(exception);
                }

                answered = false;
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The database does not answer")]
    private partial void NoAnswer(Exception exception);

    /// <param name="AskedAt">A timestamp of the instance's own monotonic clock.</param>
    internal sealed record Observation(long AskedAt, long ApiKeyRevision, long CacheEpoch);
}

using Mes.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Mes.Infrastructure.Outbox;

/// <summary>
/// Runs instead of the relay where the cache is turned off. Rows that nobody relays are deleted in the same transaction that
/// starts a new epoch: an instance that turns the cache on again reads nothing that these changes made old.
/// </summary>
internal sealed partial class OutboxJanitor(
    IDbContextFactory<MesDbContext> contexts,
    IDatabaseEngine engine,
    ReadySignal ready,
    TimeProvider clock,
    ILogger<OutboxJanitor> logger)
    : BackgroundService
{
    private const int Patience = 60_000;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);

    /// <returns>How many rows were deleted.</returns>
    public async Task<int> TidyAsync(int olderThanMilliseconds, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        var older = $"DELETE FROM outbox WHERE created_at < {engine.Now(-olderThanMilliseconds)}";
        var deleted = await context.Database.ExecuteSqlRawAsync(older, cancellationToken);
        if (deleted > 0)
        {
            await CacheEpochs.StartNewAsync(context, engine, cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
        return deleted;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await ready.WaitAsync(stoppingToken);
        using var timer = new PeriodicTimer(Interval, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await TidyAsync(Patience, stoppingToken);
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                Failed(exception);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The outbox could not be tidied; trying again")]
    private partial void Failed(Exception exception);
}

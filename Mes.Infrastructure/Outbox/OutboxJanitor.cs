using Mes.Infrastructure.Coordination;
using Mes.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace Mes.Infrastructure.Outbox;

/// <summary>
/// Runs instead of the relay while the cache is off. Deletes the rows that no instance relays, in portions, each in the
/// transaction that starts a new epoch. So an instance with the cache on again reads nothing that these changes made
/// old.
/// </summary>
internal sealed class OutboxJanitor(
    IDbContextFactory<MesDbContext> contexts,
    IDatabaseEngine engine,
    ReadySignal ready,
    TimeProvider clock,
    ILogger<OutboxJanitor> logger)
    : RepeatedWork("Tidying the outbox", Interval, ready, clock, logger)
{
    private const int KeepMilliseconds = 60_000;
    private const int Portion = 5000;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);

    /// <returns>How many rows were deleted.</returns>
    public async Task<int> TidyAsync(int olderThanMilliseconds, CancellationToken cancellationToken)
    {
        var all = 0;
        int deleted;
        do
        {
            deleted = await TidyPortionAsync(olderThanMilliseconds, cancellationToken);
            all += deleted;
        }
        while (deleted == Portion);
        return all;
    }

    private async Task<int> TidyPortionAsync(int olderThanMilliseconds, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);

        // A row from the future was written before the database's clock was set back.
        var old = $"""
            SELECT id FROM outbox
            WHERE created_at < {engine.Now(-olderThanMilliseconds)} OR created_at > {engine.Now(KeepMilliseconds)}
            ORDER BY id LIMIT {Portion} {engine.SkipLocked}
            """;
        var sql = $"DELETE FROM outbox WHERE {engine.IdIn(old)}";
        var deleted = await context.Database.ExecuteSqlRawAsync(sql, cancellationToken);
        if (deleted > 0)
        {
            await CacheEpochs.StartNewAsync(context, engine, cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
        return deleted;
    }

    protected override Task RunAsync(CancellationToken cancellationToken) =>
        TidyAsync(KeepMilliseconds, cancellationToken);
}


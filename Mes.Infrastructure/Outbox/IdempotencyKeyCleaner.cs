using Mes.Infrastructure.Coordination;
using Mes.Infrastructure.Persistence;
using Mes.Infrastructure.Persistence.Model;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace Mes.Infrastructure.Outbox;

/// <summary>Deletes idempotency keys when their time is over, in portions.</summary>
internal sealed class IdempotencyKeyCleaner(
    IDbContextFactory<MesDbContext> contexts,
    IDatabaseEngine engine,
    ReadySignal ready,
    TimeProvider clock,
    ILogger<IdempotencyKeyCleaner> logger)
    : RepeatedWork("Deleting old idempotency keys", Interval, ready, clock, logger)
{
    private const int Portion = 1000;
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    /// <summary>The end of a portion is a time: keys of the same millisecond go together.</summary>
    private string Sql
    {
        get
        {
            var limit = engine.Now(-(int)IdempotencyKeyRow.Kept.TotalMilliseconds);
            return $"""
                DELETE FROM idempotency_keys
                WHERE created_at < {limit}
                  AND created_at <= COALESCE(
                    (SELECT created_at FROM idempotency_keys ORDER BY created_at LIMIT 1 OFFSET {Portion - 1}), {limit})
                """;
        }
    }

    /// <returns>How many keys were deleted.</returns>
    public async Task<int> CleanAsync(CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var all = 0;
        int deleted;
        do
        {
            deleted = await context.Database.ExecuteSqlRawAsync(Sql, cancellationToken);
            all += deleted;
        }
        while (deleted >= Portion);
        return all;
    }

    protected override Task RunAsync(CancellationToken cancellationToken) => CleanAsync(cancellationToken);
}

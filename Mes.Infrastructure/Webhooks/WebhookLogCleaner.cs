using Mes.Infrastructure.Coordination;
using Mes.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace Mes.Infrastructure.Webhooks;

/// <summary>
/// Deletes attempts, and deliveries that wait no longer, after thirty days: once an hour and in portions. Those of
/// webhooks that were deleted go the same way.
/// </summary>
internal sealed class WebhookLogCleaner(
    IDbContextFactory<MesDbContext> contexts,
    IDatabaseEngine engine,
    ReadySignal ready,
    TimeProvider clock,
    ILogger<WebhookLogCleaner> logger)
    : RepeatedWork("Deleting old deliveries of webhooks", Interval, ready, clock, logger)
{
    /// <summary>How many rows one statement looks at.</summary>
    internal const int Portion = 5_000;

    private static readonly TimeSpan Kept = TimeSpan.FromDays(30);
    private static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    /// <summary>Otherwise instances that are restarted more often than hourly would never delete any.</summary>
    protected override bool RunsAtOnce => true;

    /// <returns>How many rows were deleted.</returns>
    public async Task<int> CleanAsync(CancellationToken cancellationToken) =>
        await CleanAsync("webhook_attempts", "at", "1 = 1", cancellationToken)
        + await CleanAsync("webhook_deliveries", "state_at", "state <> 'waiting'", cancellationToken);

    protected override Task RunAsync(CancellationToken cancellationToken) => CleanAsync(cancellationToken);

    /// <summary>The ids rise with the time, so a portion in which nothing is old is the last.</summary>
    private async Task<int> CleanAsync(
        string table, string time, string condition, CancellationToken cancellationToken)
    {
        var age = $"{engine.MillisecondsSince(time)} > {(long)Kept.TotalMilliseconds}";
        var sql = $$"""
            DELETE FROM {{table}}
            WHERE id IN (SELECT id FROM {{table}} WHERE id > {0} ORDER BY id LIMIT {{Portion}})
              AND {{condition}} AND {{age}}
            """;
        var last = $$"""
            SELECT coalesce(MAX(id), 0) AS "Value" FROM (
                SELECT id FROM {{table}} WHERE id > {0} ORDER BY id LIMIT {{Portion}}) AS portion
            """;
        var (all, after) = (0, 0L);
        while (true)
        {
            await using var context = await contexts.CreateDbContextAsync(cancellationToken);
            var end = (await context.Database.SqlQueryRaw<long>(last, after).ToListAsync(cancellationToken)).Single();
            var deleted = await context.Database.ExecuteSqlRawAsync(sql, [after], cancellationToken);
            if (deleted == 0)
            {
                return all;
            }

            (all, after) = (all + deleted, end);
        }
    }
}

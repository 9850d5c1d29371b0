using Mes.Infrastructure.Coordination;
using Mes.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Mes.Infrastructure.Events;

/// <summary>
/// Deletes events that have been kept for long enough, once an hour and in portions. The last event always stays, so
/// that whoever has read everything can go on.
/// </summary>
internal sealed class EventCleaner(
    IDbContextFactory<MesDbContext> contexts,
    IDatabaseEngine engine,
    IOptions<EventOptions> options,
    ReadySignal ready,
    TimeProvider clock,
    ILogger<EventCleaner> logger)
    : RepeatedWork("Deleting old events", Interval, ready, clock, logger)
{
    /// <summary>How many events one statement deletes at most.</summary>
    internal const int Portion = 5_000;

    private static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    /// <summary>Otherwise instances that are restarted more often than hourly would never delete any.</summary>
    protected override bool RunsAtOnce => true;

    /// <returns>How many events were deleted.</returns>
    public async Task<int> CleanAsync(CancellationToken cancellationToken)
    {
        var all = 0;
        int deleted;
        do
        {
            await using var context = await contexts.CreateDbContextAsync(cancellationToken);
            deleted = await DeletePortionAsync(context, cancellationToken);
            all += deleted;
        }
        while (deleted == Portion);
        return all;
    }

    protected override Task RunAsync(CancellationToken cancellationToken) => CleanAsync(cancellationToken);

    private Task<int> DeletePortionAsync(MesDbContext context, CancellationToken cancellationToken)
    {
        var keptMilliseconds = (long)options.Value.Keep.TotalMilliseconds;
        var sql = $$"""
            DELETE FROM events
            WHERE position <= (
                    SELECT MAX(position) FROM (
                        SELECT position FROM events WHERE position < (SELECT MAX(position) FROM events)
                        ORDER BY position LIMIT {{Portion}}) AS oldest)
              AND {{engine.MillisecondsSince("numbered_at")}} > {{keptMilliseconds}}
            """;
        return context.Database.ExecuteSqlRawAsync(sql, cancellationToken);
    }
}

using Mes.Application;
using Mes.Application.Caching;
using Mes.Infrastructure.Caching;
using Mes.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Mes.Infrastructure.Outbox;

/// <summary>
/// Repairs what was left behind: for every outbox row that its writer did not settle, brings the cache up to the database
/// and gives the row's tags new stamps. Runs in every instance that reaches the cache; a row is deleted only when the cache
/// is known to have what it stands for (bug classes 4, 19, 22, 31).
/// </summary>
internal sealed partial class OutboxRelay(
    IDbContextFactory<MesDbContext> contexts,
    IDatabaseEngine engine,
    OrderRefresher refresher,
    ITaggedCache tags,
    ICacheHealth health,
    CacheMetrics metrics,
    ReadySignal ready,
    TimeProvider clock,
    ILogger<OutboxRelay> logger)
    : BackgroundService
{
    private const int BatchSize = 100;

    /// <summary>How long a claim keeps other relays off a row; no lock is held while the cache is being written.</summary>
    private const int Claim = 2_000;

    /// <summary>Rows that failed so often are counted as set aside, and tried ever more seldom.</summary>
    public const int SetAsideAfter = 10;

    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(200);

    private string ClaimSql => $"""
        UPDATE outbox SET due_at = {engine.Now(Claim)}, attempts = attempts + 1
        WHERE id IN (SELECT id FROM outbox WHERE due_at <= {engine.Now()} ORDER BY due_at, id LIMIT {BatchSize} {engine.SkipLocked})
        RETURNING *
        """;

    /// <summary>Repairs all rows that are due now.</summary>
    /// <returns>How many were settled.</returns>
    public async Task<int> RepairAsync(CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var settled = 0;
        while (health.IsReachable)
        {
            // Materialised before it is looked at: the update must not be wrapped into another query.
            var rows = await context.Outbox.FromSqlRaw(ClaimSql).AsNoTracking().ToListAsync(cancellationToken);
            foreach (var row in rows)
            {
                if (await RepairAsync(row, cancellationToken))
                {
                    await context.Outbox.Where(r => r.Id == row.Id).ExecuteDeleteAsync(cancellationToken);
                    settled++;
                }
                else
                {
                    await SetBackAsync(context, row, cancellationToken);
                }
            }

            if (rows.Count < BatchSize)
            {
                break;
            }
        }

        return settled;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await ready.WaitAsync(stoppingToken);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await RepairAsync(stoppingToken);
                await engine.WaitForOutboxAsync(Poll, stoppingToken);
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                Failed(exception);
                await Task.Delay(Poll, clock, stoppingToken);
            }
        }
    }

    private async Task<bool> RepairAsync(OutboxRow row, CancellationToken cancellationToken)
    {
        using var activity = Telemetry.Source.StartActivity("outbox repair");
        var rowTags = row.Tags.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        bool settled;
        if (row.OrderId is { } orderId)
        {
            settled = await refresher.RefreshAsync(orderId, rowTags, cancellationToken) is PutResult.Stored or PutResult.Superseded;
        }
        else
        {
            settled = await tags.RenewAsync(rowTags);
        }

        metrics.Relayed(settled);
        if (!settled && row.Attempts >= SetAsideAfter)
        {
            SetAside(row.Id, row.OrderId, row.Attempts);
        }

        return settled;
    }

    /// <summary>Each failure doubles the pause, from 0.1 s up to a minute, so that a row that cannot be repaired does not hold up the others.</summary>
    private async Task SetBackAsync(MesDbContext context, OutboxRow row, CancellationToken cancellationToken)
    {
        var pause = Math.Min(60_000, 100 << Math.Min(row.Attempts, 10));
        var setBack = $"UPDATE outbox SET due_at = {engine.Now(pause)} WHERE id = {{0}}";
        await context.Database.ExecuteSqlRawAsync(setBack, [row.Id], cancellationToken);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The outbox could not be relayed; trying again")]
    private partial void Failed(Exception exception);

    [LoggerMessage(Level = LogLevel.Error, Message = "Outbox row {Row} of order {Order} failed {Attempts} times and is set aside, to be tried once a minute")]
    private partial void SetAside(long row, Guid? order, int attempts);
}

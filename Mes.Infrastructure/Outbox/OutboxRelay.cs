using Mes.Application;
using Mes.Application.Caching;
using Mes.Application.Persistence;
using Mes.Infrastructure.Caching;
using Mes.Infrastructure.Licensing;
using Mes.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Mes.Infrastructure.Outbox;

/// <summary>
/// Repairs what was left behind: for every outbox row that its writer did not settle, brings the cache up to the database
/// and gives the row's tags new stamps. Runs in every instance that can use the cache; a row is deleted only when the cache
/// is known to have what it stands for (bug classes 4, 19, 22, 31).
/// </summary>
internal sealed partial class OutboxRelay(
    IDbContextFactory<MesDbContext> contexts,
    IDatabaseEngine engine,
    OrderRefresher refresher,
    ITaggedCache tags,
    ICacheHealth cache,
    Licences licences,
    Cells cells,
    CacheMetrics metrics,
    ReadySignal ready,
    TimeProvider clock,
    ILogger<OutboxRelay> logger)
    : BackgroundService
{
    /// <summary>Rows that failed so often are counted as set aside, and tried ever more seldom.</summary>
    public const int SetAsideAfter = 10;

    private const int BatchSize = 200;
    private const int Parallelism = 8;

    /// <summary>
    /// How long a claim keeps other relays off a row; no lock is held while the cache is being written. Short enough that what a relay
    /// has claimed and died over is still repaired in time (G2).
    /// </summary>
    private const int Claim = 1_000;

    private const int AwayMilliseconds = 100;

    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(200);

    private string ClaimSql => $"""
        UPDATE outbox SET due_at = {engine.Now(Claim)}, attempts = attempts + 1
        WHERE id IN (SELECT id FROM outbox WHERE due_at <= {engine.Now()} ORDER BY due_at, id LIMIT {BatchSize} {engine.SkipLocked})
        RETURNING *
        """;

    // What was given up before this epoch of its cell began was committed before anything was read into it: it cannot be missing there.
    private string OutdatedSql => $"""
        overdue_at < (SELECT since FROM cache_cells WHERE cell = {"{0}"} AND since <= {engine.Now(-(int)LicenceTerms.AllOver.TotalMilliseconds)})
        AND (SELECT COUNT(*) FROM cache_cells) = {cells.Count}
        """;

    /// <summary>Repairs all rows that are due now.</summary>
    /// <returns>How many were settled.</returns>
    public async Task<int> RepairAsync(CancellationToken cancellationToken)
    {
        var settled = 0;
        while (Enumerable.Range(0, cells.Count).Any(IsUsable))
        {
            await using var context = await contexts.CreateDbContextAsync(cancellationToken);
            settled += await DeleteOutdatedAsync(context, cancellationToken);

            // Materialised before it is looked at: the update must not be wrapped into another query.
            var claimed = await context.Outbox.FromSqlRaw(ClaimSql).AsNoTracking().ToListAsync(cancellationToken);
            var rows = claimed.Where(row => IsUsable(CellOf(row))).ToList();
            if (rows.Count < claimed.Count)
            {
                await LeaveAsync(context, claimed.Except(rows), cancellationToken);
            }

            var done = new System.Collections.Concurrent.ConcurrentBag<long>();
            await Parallel.ForEachAsync(
                rows.GroupBy(row => row.OrderId),
                new ParallelOptions { MaxDegreeOfParallelism = Parallelism, CancellationToken = cancellationToken },
                async (group, token) =>
                {
                    if (await RepairAsync([.. group], token))
                    {
                        foreach (var row in group)
                        {
                            done.Add(row.Id);
                        }
                    }
                });

            var doneIds = done.ToHashSet();
            await context.Outbox.Where(row => doneIds.Contains(row.Id)).ExecuteDeleteAsync(cancellationToken);
            settled += doneIds.Count;
            foreach (var failed in rows.Where(row => !doneIds.Contains(row.Id)))
            {
                await SetBackAsync(context, failed, cancellationToken);
            }

            if (claimed.Count < BatchSize)
            {
                break;
            }
        }

        return settled;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await ready.WaitAsync(stoppingToken);
        var worked = true;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await RepairAsync(stoppingToken);
                worked = true;
                await engine.WaitForOutboxAsync(Poll, stoppingToken);
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                // Once per outage: how long it lasts is told by the health check and the metrics.
                if (worked)
                {
                    Failed(exception);
                }

                worked = false;
                await Task.Delay(Poll, clock, stoppingToken);
            }
        }
    }

    private bool IsUsable(int cell) => Guards.Relay && cache.IsReachable(cell) && licences.TryGetEpoch(cell, cache.Connected(cell), out _, out _);

    private int CellOf(OutboxRow row) => row.OrderId is { } orderId ? cells.Of(orderId) : Cells.Common;

    private async Task<int> DeleteOutdatedAsync(MesDbContext context, CancellationToken cancellationToken)
    {
        if (cells.Count == 1)
        {
            var all = $"DELETE FROM outbox WHERE {OutdatedSql}";
            return await context.Database.ExecuteSqlRawAsync(all, [Cells.Common], cancellationToken);
        }

        var deleted = 0;
        var overdue = await context.Outbox.AsNoTracking().Where(row => row.OverdueAt != null).ToListAsync(cancellationToken);
        foreach (var ofCell in overdue.GroupBy(CellOf))
        {
            var some = $"DELETE FROM outbox WHERE id IN ({string.Join(", ", ofCell.Select(row => row.Id))}) AND {OutdatedSql}";
            deleted += await context.Database.ExecuteSqlRawAsync(some, [ofCell.Key], cancellationToken);
        }

        return deleted;
    }

    /// <summary>What this instance cannot repair now, its node being away, is left to others, and to itself a little later.</summary>
    private Task LeaveAsync(MesDbContext context, IEnumerable<OutboxRow> rows, CancellationToken cancellationToken)
    {
        var leave = $"""
            UPDATE outbox SET due_at = {engine.Now(AwayMilliseconds)}, attempts = attempts - 1
            WHERE id IN ({string.Join(", ", rows.Select(row => row.Id))})
            """;
        return context.Database.ExecuteSqlRawAsync(leave, cancellationToken);
    }

    /// <summary>One refresh does for all rows of an order.</summary>
    private async Task<bool> RepairAsync(IReadOnlyList<OutboxRow> rows, CancellationToken cancellationToken)
    {
        using var activity = Telemetry.Source.StartActivity("outbox repair");
        var rowTags = rows.SelectMany(row => row.Tags.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Distinct().ToArray();
        var settled = false;
        try
        {
            settled = rows[0].OrderId is { } orderId
                ? (await refresher.RefreshAsync(orderId, rowTags, cancellationToken)).IsSettled()
                : await tags.RenewAsync(rowTags);
        }
        catch (Exception exception) when (exception is not (OperationCanceledException or DependencyUnavailableException))
        {
            // One row that cannot be repaired must not keep the others of its batch from being.
            RowFailed(rows[0].OrderId, exception);
        }

        metrics.Relayed(settled, rows.Count);
        return settled;
    }

    /// <summary>Each failure doubles the pause, from 0.1 s up to a minute, so that a row that cannot be repaired does not hold up the others.</summary>
    private async Task SetBackAsync(MesDbContext context, OutboxRow row, CancellationToken cancellationToken)
    {
        if (row.Attempts >= SetAsideAfter)
        {
            SetAside(row.Id, row.OrderId, row.Attempts);
        }

        var pause = Math.Min(60_000, 100 << Math.Min(row.Attempts, 10));
        var setBack = $"UPDATE outbox SET due_at = {engine.Now(pause)} WHERE id = {{0}}";
        await context.Database.ExecuteSqlRawAsync(setBack, [row.Id], cancellationToken);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The outbox could not be relayed; trying again")]
    private partial void Failed(Exception exception);

    [LoggerMessage(Level = LogLevel.Error, Message = "The outbox rows of order {Order} could not be repaired")]
    private partial void RowFailed(Guid? order, Exception exception);

    [LoggerMessage(Level = LogLevel.Error, Message = "Outbox row {Row} of order {Order} failed {Attempts} times and is set aside, to be tried once a minute")]
    private partial void SetAside(long row, Guid? order, int attempts);
}

using System.Collections.Concurrent;
using Mes.Application;
using Mes.Application.Caching;
using Mes.Application.Persistence;
using Mes.Infrastructure.Coordination;
using Mes.Infrastructure.Persistence;
using Mes.Infrastructure.Persistence.Model;
using Mes.Infrastructure.Redis;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Mes.Infrastructure.Outbox;

/// <summary>
/// Repairs what was left behind: for every outbox row that its writer did not settle, brings the cache up to the database
/// and gives the row's tags new stamps. Runs in every instance that can use the cache; a row is deleted only when the cache
/// is known to have what it stands for, or has begun anew since (bug classes 4, 19, 22, 31, 38).
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
    private const int BatchSize = 200;
    private const int Parallelism = 8;

    /// <summary>
    /// How long a claim keeps other relays off a row; no lock is held while the cache is being written. Short enough that what a relay
    /// has claimed and died over is still repaired in time (G2).
    /// </summary>
    private const int Claim = 1_000;

    private const int AwayMilliseconds = 100;
    private const int LongestPause = 2_000;

    /// <summary>No row is ever due later than this from now. One that seems to be was written before the database's clock was set back: it is due.</summary>
    private const int LatestDue = LongestPause + 1_000;

    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(200);

    private readonly OutboxBacklog _backlog = new(engine, clock);

    /// <summary>Repairs all rows that are due now.</summary>
    /// <returns>How many were settled.</returns>
    public async Task<int> RepairAsync(CancellationToken cancellationToken)
    {
        var all = 0;
        while (UsableCells() is { Count: > 0 } epochs)
        {
            await using var context = await contexts.CreateDbContextAsync(cancellationToken);
            var (outdated, isMoreOutdated) = await DeleteOutdatedAsync(context, epochs, cancellationToken);
            var (claimed, isMoreDue) = await ClaimAsync(context, epochs, cancellationToken);
            var settled = await RepairAsync(context, claimed, epochs, cancellationToken);
            all += outdated + settled;

            // Where nothing could be done, there will not be anything else for a moment.
            if (!isMoreOutdated && !(isMoreDue && settled > 0))
            {
                break;
            }
        }

        return all;
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

    /// <returns>The epoch of each cell that this instance can use.</returns>
    private Dictionary<int, long> UsableCells()
    {
        var epochs = new Dictionary<int, long>();
        for (var cell = 0; cell < cells.Count && Guards.Relay; cell++)
        {
            if (cache.IsReachable(cell) && licences.TryGetEpoch(cell, cache.Connected(cell), out var epoch, out _))
            {
                epochs[cell] = epoch;
            }
        }

        return epochs;
    }

    private int CellOf(OutboxRow row) => row.OrderId is { } orderId ? cells.Of(orderId) : Cells.Common;

    private async Task<(int Deleted, bool IsMore)> DeleteOutdatedAsync(MesDbContext context, Dictionary<int, long> epochs, CancellationToken cancellationToken)
    {
        var (all, isMore) = (0, false);
        foreach (var (cell, epoch) in epochs)
        {
            var deleted = await _backlog.DeleteOutdatedAsync(context, cell, epoch, cancellationToken);
            all += deleted;
            isMore |= deleted == OutboxBacklog.Portion;
        }

        return (all, isMore);
    }

    /// <summary>Takes what is due, from each cell apart: what one that is away has left does not stand in the way of the others.</summary>
    private async Task<(List<OutboxRow> Claimed, bool IsMore)> ClaimAsync(MesDbContext context, Dictionary<int, long> epochs, CancellationToken cancellationToken)
    {
        var claimed = await ClaimAsync(context, "overdue_epoch IS NULL", [], BatchSize, cancellationToken);
        var isMore = claimed.Count >= BatchSize;
        var overdue = (await _backlog.LookAsync(context, cancellationToken))
            .Where(cell => epochs.TryGetValue(cell.Cell, out var epoch) && epoch == cell.Epoch)
            .ToList();
        var most = Math.Max(1, BatchSize / Math.Max(1, overdue.Count));
        foreach (var (cell, epoch, rows) in overdue)
        {
            if (rows <= OutboxBacklog.MostRepaired)
            {
                var ofCell = await ClaimAsync(context, "cell = {0} AND overdue_epoch = {1}", [cell, epoch], most, cancellationToken);
                isMore |= ofCell.Count >= most;
                claimed.AddRange(ofCell);
            }
            else if (await CacheEpochs.StartNewAsync(context, engine, cell, epoch, cancellationToken))
            {
                BeginsAnew(cell, OutboxBacklog.MostRepaired);
            }
        }

        return (claimed, isMore);
    }

    private Task<List<OutboxRow>> ClaimAsync(MesDbContext context, string which, object[] parameters, int most, CancellationToken cancellationToken)
    {
        // The clock is read once, in a query of its own: compared with a function that may change, an index cannot be searched.
        var due = $"""
            SELECT id FROM (SELECT id FROM outbox WHERE {which} AND due_at <= (SELECT {engine.Now()})
                            ORDER BY due_at, id LIMIT {most} {engine.SkipLocked}) AS due
            UNION ALL
            SELECT id FROM (SELECT id FROM outbox WHERE {which} AND due_at > (SELECT {engine.Now(LatestDue)})
                            ORDER BY due_at, id LIMIT {most} {engine.SkipLocked}) AS stranded
            """;
        var claim = $"UPDATE outbox SET due_at = {engine.Now(Claim)} WHERE {engine.IdIn(due)} RETURNING *";

        // Materialised before it is looked at: the update must not be wrapped into another query.
        return context.Outbox.FromSqlRaw(claim, parameters).AsNoTracking().ToListAsync(cancellationToken);
    }

    /// <returns>How many of the rows were settled.</returns>
    private async Task<int> RepairAsync(MesDbContext context, List<OutboxRow> claimed, Dictionary<int, long> epochs, CancellationToken cancellationToken)
    {
        // What this instance cannot repair now, its node being away, is left to others, and to itself a little later.
        var (rows, left) = (new List<OutboxRow>(), new List<OutboxRow>());
        foreach (var row in claimed)
        {
            (epochs.ContainsKey(CellOf(row)) ? rows : left).Add(row);
        }

        var done = new ConcurrentBag<long>();
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
        foreach (var ofCell in rows.Where(row => !doneIds.Contains(row.Id)).GroupBy(CellOf))
        {
            // What blocks everybody is no row's own failure: when it is over, all of them are to be repaired at once (bug class 36).
            if (await cache.CanWriteAsync(ofCell.Key) && licences.PutCounts(new CacheEpoch(ofCell.Key, epochs[ofCell.Key]), cache.Connected(ofCell.Key)))
            {
                await SetBackAsync(context, ofCell, cancellationToken);
            }
            else
            {
                left.AddRange(ofCell);
            }
        }

        if (left.Count > 0)
        {
            await PutOffAsync(context, left, AwayMilliseconds, "attempts", cancellationToken);
        }

        return doneIds.Count;
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
                ? (await refresher.RefreshAsync(orderId, rowTags, cancellationToken)).IsConfirmed()
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

    /// <summary>Each failure doubles the pause, up to some seconds, so that a row that cannot be repaired does not hold up the others.</summary>
    private async Task SetBackAsync(MesDbContext context, IEnumerable<OutboxRow> rows, CancellationToken cancellationToken)
    {
        foreach (var alike in rows.GroupBy(row => Math.Min(LongestPause, 100 << Math.Min(row.Attempts + 1, 10))))
        {
            await PutOffAsync(context, alike, alike.Key, "attempts + 1", cancellationToken);
            foreach (var row in alike.Where(row => row.Attempts + 1 == MesDbContext.SetAsideAfter))
            {
                SetAside(row.Id, row.OrderId, MesDbContext.SetAsideAfter);
            }
        }
    }

    private Task PutOffAsync(MesDbContext context, IEnumerable<OutboxRow> rows, int milliseconds, string attempts, CancellationToken cancellationToken)
    {
        var sql = $"""
            UPDATE outbox SET due_at = {engine.Now(milliseconds)}, attempts = {attempts}
            WHERE id IN ({string.Join(", ", rows.Select(row => row.Id))})
            """;
        return context.Database.ExecuteSqlRawAsync(sql, cancellationToken);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The outbox could not be relayed; trying again")]
    private partial void Failed(Exception exception);

    [LoggerMessage(Level = LogLevel.Error, Message = "The outbox rows of order {Order} could not be repaired")]
    private partial void RowFailed(Guid? order, Exception exception);

    [LoggerMessage(Level = LogLevel.Error, Message = "Outbox row {Row} of order {Order} failed {Attempts} times, though others were repaired; it is tried on")]
    private partial void SetAside(long row, Guid? order, int attempts);

    [LoggerMessage(Level = LogLevel.Warning, Message = "More than {Most} changes could not be put into cell {Cell} of the cache: it begins anew, empty")]
    private partial void BeginsAnew(int cell, int most);
}

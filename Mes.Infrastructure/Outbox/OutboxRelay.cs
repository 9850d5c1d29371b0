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
/// Repairs what writers left behind: for every outbox row whose put was not confirmed, brings the cache up to the
/// database and renews the row's tags. Runs in every instance that can use the cache. A row is deleted only once the
/// cache is known to have its change, or has begun a new epoch since (bug classes 4, 19, 22, 31, 38).
/// </summary>
internal sealed partial class OutboxRelay(
    IDbContextFactory<MesDbContext> contexts,
    IDatabaseEngine engine,
    OrderRefresher refresher,
    ITaggedCache tags,
    ICacheHealth cache,
    Licences licences,
    KeySpace keys,
    Cells cells,
    CacheMetrics metrics,
    SettledSignal settled,
    ReadySignal ready,
    TimeProvider clock,
    ILogger<OutboxRelay> logger)
    : BackgroundService
{
    private const int BatchSize = 200;
    private const int Parallelism = 8;

    private const int AwayMilliseconds = 100;

    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(200);

    private readonly OutboxBacklog _backlog = new(engine, clock);
    private readonly OutboxClaims _claims = new(engine);
    private readonly RecurringFailure _failure = new("Relaying the outbox", logger);

    /// <summary>Repairs all rows that are due now.</summary>
    /// <returns>How many rows were repaired or deleted as outdated.</returns>
    public async Task<int> RepairAsync(CancellationToken cancellationToken)
    {
        var all = 0;
        while (UsableCells() is { Count: > 0 } epochs)
        {
            await using var context = await contexts.CreateDbContextAsync(cancellationToken);
            var (outdated, isMoreOutdated) = await DeleteOutdatedAsync(context, epochs, cancellationToken);
            var (claimed, isMoreDue) = await ClaimAsync(context, epochs, cancellationToken);
            var repaired = await RepairAsync(context, claimed, epochs, cancellationToken);
            all += outdated + repaired;
            _failure.Worked();
            if (repaired > 0)
            {
                settled.Set();
            }

            // If nothing could be repaired, another attempt makes no sense for a moment.
            if (!isMoreOutdated && !(isMoreDue && repaired > 0))
            {
                break;
            }
        }

        return all;
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
                _failure.Failed(exception);
                await Task.Delay(Poll, clock, stoppingToken);
            }
        }
    }

    /// <returns>The epoch of each cell that this instance can use.</returns>
    private Dictionary<int, long> UsableCells()
    {
        var epochs = new Dictionary<int, long>();
        for (var cell = 0; cell < cells.Count; cell++)
        {
            if (keys.TryGetEpoch(cell, out var epoch, out _))
            {
                epochs[cell] = epoch.Number;
            }
        }

        return epochs;
    }

    private int CellOf(OutboxRow row) => row.OrderId is { } orderId ? cells.Of(orderId) : Cells.Common;

    private async Task<(int Deleted, bool IsMore)> DeleteOutdatedAsync(
        MesDbContext context, Dictionary<int, long> epochs, CancellationToken cancellationToken)
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

    /// <summary>
    /// Claims what is due, each cell apart: the rows of a cell whose node is away do not delay those of others.
    /// </summary>
    private async Task<(List<OutboxRow> Claimed, bool IsMore)> ClaimAsync(
        MesDbContext context, Dictionary<int, long> epochs, CancellationToken cancellationToken)
    {
        var claimed = await _claims.ClaimAsync(context, "overdue_epoch IS NULL", [], BatchSize, cancellationToken);
        var isMore = claimed.Count >= BatchSize;
        var overdue = (await _backlog.CountAsync(context, cancellationToken))
            .Where(cell => epochs.TryGetValue(cell.Cell, out var epoch) && epoch == cell.Epoch)
            .ToList();
        var max = Math.Max(1, BatchSize / Math.Max(1, overdue.Count));
        foreach (var (cell, epoch, rows) in overdue)
        {
            if (rows <= OutboxBacklog.MaxRepaired)
            {
                var ofCell = await _claims.ClaimAsync(
                    context, "cell = {0} AND overdue_epoch = {1}", [cell, epoch], max, cancellationToken);
                isMore |= ofCell.Count >= max;
                claimed.AddRange(ofCell);
            }
            else if (await CacheEpochs.StartNewAsync(context, engine, cell, epoch, cancellationToken))
            {
                BeginsAnew(cell, OutboxBacklog.MaxRepaired);
            }
        }

        return (claimed, isMore);
    }

    /// <returns>How many of the rows were repaired.</returns>
    private async Task<int> RepairAsync(
        MesDbContext context,
        List<OutboxRow> claimed,
        Dictionary<int, long> epochs,
        CancellationToken cancellationToken)
    {
        // Rows of a cell whose node is away for this instance are left to other relays, and to a later attempt.
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
            // An outage is not the failure of a row: when it is over, all rows are to be repaired at once (bug class
            // 36).
            var epoch = new CacheEpoch(ofCell.Key, epochs[ofCell.Key]);
            if (await cache.CanWriteAsync(ofCell.Key) && licences.IsPutValid(epoch, cache.Connected(ofCell.Key)))
            {
                await PostponeFailedAsync(context, ofCell, cancellationToken);
            }
            else
            {
                left.AddRange(ofCell);
            }
        }

        if (left.Count > 0)
        {
            await _claims.PostponeAsync(context, left, AwayMilliseconds, hasFailed: false, cancellationToken);
        }

        return doneIds.Count;
    }

    /// <summary>One refresh repairs all rows of an order.</summary>
    private async Task<bool> RepairAsync(IReadOnlyList<OutboxRow> rows, CancellationToken cancellationToken)
    {
        using var activity = Telemetry.Source.StartActivity("outbox repair");
        var rowTags = rows
            .SelectMany(row => row.Tags.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Distinct()
            .ToArray();
        var isRepaired = false;
        try
        {
            isRepaired = rows[0].OrderId is { } orderId
                ? (await refresher.RefreshAsync(orderId, rowTags, cancellationToken)).IsConfirmed()
                : await tags.RenewAsync(rowTags);
        }
        catch (Exception exception)
            when (exception is not (OperationCanceledException or DependencyUnavailableException))
        {
            // A row that cannot be repaired must not keep the others of its batch from repair.
            RowFailed(rows[0].OrderId, exception);
        }

        metrics.Relayed(isRepaired, rows.Count);
        return isRepaired;
    }

    /// <summary>
    /// Each failure doubles a row's pause, up to some seconds, so that a row that cannot be repaired does not delay
    /// others.
    /// </summary>
    private async Task PostponeFailedAsync(
        MesDbContext context, IEnumerable<OutboxRow> rows, CancellationToken cancellationToken)
    {
        foreach (var alike in rows.GroupBy(PauseAfterFailure))
        {
            await _claims.PostponeAsync(context, alike, alike.Key, hasFailed: true, cancellationToken);
            foreach (var row in alike.Where(row => row.Attempts + 1 == OutboxRow.SetAsideAfter))
            {
                SetAside(row.Id, row.OrderId, OutboxRow.SetAsideAfter);
            }
        }
    }

    private static int PauseAfterFailure(OutboxRow row) =>
        Math.Min(OutboxClaims.MaxPauseMilliseconds, 100 << Math.Min(row.Attempts + 1, 10));

    [LoggerMessage(Level = LogLevel.Error, Message = "The outbox rows of order {Order} could not be repaired")]
    private partial void RowFailed(Guid? order, Exception exception);

    [LoggerMessage(Level = LogLevel.Error, Message =
        "Outbox row {Row} of order {Order} failed {Attempts} times, though others were repaired; the relay keeps trying")]
    private partial void SetAside(long row, Guid? order, int attempts);

    [LoggerMessage(Level = LogLevel.Warning, Message =
        "More than {Most} changes could not be put into cell {Cell} of the cache: it begins anew, empty")]
    private partial void BeginsAnew(int cell, int most);
}

using Mes.Infrastructure.Coordination;
using Mes.Infrastructure.Outbox;
using Mes.Infrastructure.Persistence;
using Mes.Infrastructure.Redis;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace Mes.Infrastructure.Events;

/// <summary>
/// Gives positions in the feed to events that are committed and may be told. An event may be told once no reader can
/// get an older version of its order: its outbox row is gone, because the change was put, or the row is overdue and
/// every licence that covers the order has expired (docs/decisions/0044). One thread runs it.
/// </summary>
/// <remarks>
/// The ids of an order's events rise with its versions, whoever sees a version in the queue sees the earlier ones, and
/// a row that holds a version back holds the later ones back too. So the positions follow the versions.
/// </remarks>
internal sealed class EventNumbering(
    IDbContextFactory<MesDbContext> contexts,
    IDatabaseEngine engine,
    ICacheHealth cache,
    KeySpace keys,
    Cells cells,
    LicencePoll poll,
    OutageMarks outage,
    OverdueChanges overdue,
    TimeProvider clock,
    ILogger<EventNumbering> logger)
{
    /// <summary>How many events of the queue one pass looks at: they may all be held back.</summary>
    internal const int Window = 5_000;

    /// <summary>How many events get a position in one transaction.</summary>
    internal const int Batch = 500;

    private const int MaxWatched = 1_000;

    /// <summary>An event that is held back for so long is looked into.</summary>
    private static readonly TimeSpan WatchEvery = LicenceTerms.PollInterval;

    private static readonly TimeSpan FindFloorEvery = TimeSpan.FromSeconds(5);

    private readonly GateWatch _watch = new(clock);
    private readonly RecurringFailure _failure = new("Handing over changes that hold events back", logger);
    private long _generation;
    private QueueMark? _mark;
    private long? _markedAt;

    /// <summary>Where the next pass continues; null when it begins with the oldest event.</summary>
    private long? _next;

    private long? _oldestLeft;
    private long _oldestLeftSince;
    private Task _handOver = Task.CompletedTask;

    /// <summary>The queue has no events up to this id, and never will.</summary>
    public long Floor { get; private set; }

    /// <summary>Looks at one window of the queue, in a transaction of its own.</summary>
    public async Task<NumberingResult> RunAsync(CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        await FindFloorAsync(context, cancellationToken);
        var after = Math.Max(_next ?? Floor, Floor);
        var numbered = await NumberAsync(context, after, cancellationToken);
        if (numbered is null)
        {
            return new NumberingResult(0, IsBusy: true, IsMore: false);
        }

        var isFull = numbered.Count == Batch;
        var isMore = isFull || numbered.Seen == Window;
        _next = isFull ? after : isMore ? numbered.LastSeen : null;
        if (after <= Floor)
        {
            await LookIntoAsync(context, numbered.OldestLeft, cancellationToken);
        }

        return new NumberingResult(numbered.Count, IsBusy: false, isMore);
    }

    private async Task<NumberedEvents?> NumberAsync(
        MesDbContext context, long after, CancellationToken cancellationToken)
    {
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        var numbered = await engine.NumberEventsAsync(
            context, after, Ready(after), Window, Batch, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return numbered;
    }

    /// <summary>SQL for the condition that a row <c>q</c> of the queue may be told.</summary>
    private string Ready(long after)
    {
        // In a later window, an order's earlier event may be left in a window before: it was held back a moment ago.
        var isFirst = after <= Floor
            ? "TRUE"
            : $"(SELECT 1 FROM event_queue AS p WHERE p.order_id = q.order_id AND p.id <= {after} LIMIT 1) IS NULL";
        if (cache.IsDisabled)
        {
            return isFirst;
        }

        // A confirmed outage mark that is seen together with the overdue row: no licence is alive, and later ones
        // exclude the order.
        var expired = _watch.Expired;
        var isExpired = expired.Count == 0 ? "FALSE" : $"o.id IN ({string.Join(", ", expired)})";
        return $"""
            {isFirst} AND (
                SELECT 1 FROM outbox AS o
                WHERE o.order_id = q.order_id AND o.version <= q.version
                  AND (o.overdue_at IS NULL OR NOT ({isExpired} OR EXISTS (
                       SELECT 1 FROM outage_marks AS m WHERE {outage.Confirmed("o.cell")})))
                LIMIT 1) IS NULL
            """;
    }

    private async Task FindFloorAsync(MesDbContext context, CancellationToken cancellationToken)
    {
        // A restored database draws the same ids again.
        var generation = poll.Latest?.DatabaseGeneration ?? 0;
        if (generation != _generation)
        {
            (_generation, Floor, _next, _mark, _markedAt) = (generation, 0, null, null, null);
            _watch.Look([]);
        }

        if (_markedAt is { } at && clock.GetElapsedTime(at) < FindFloorEvery)
        {
            return;
        }

        _markedAt = clock.GetTimestamp();
        if (_mark is null)
        {
            _mark = await engine.MarkQueueAsync(context, cancellationToken);
        }
        else if (await engine.FindQueueFloorAsync(context, _mark, cancellationToken) is { } floor)
        {
            (Floor, _mark) = (floor, null);
        }
    }

    /// <summary>
    /// Looks at the outbox rows that hold events back, if the oldest of these events has not moved for a while.
    /// </summary>
    private async Task LookIntoAsync(MesDbContext context, long? oldestLeft, CancellationToken cancellationToken)
    {
        if (cache.IsDisabled || oldestLeft is null || oldestLeft != _oldestLeft)
        {
            (_oldestLeft, _oldestLeftSince) = (oldestLeft, clock.GetTimestamp());
            return;
        }

        if (clock.GetElapsedTime(_oldestLeftSince) < WatchEvery)
        {
            return;
        }

        _oldestLeftSince = clock.GetTimestamp();
        var held = (await context.EventQueue.Where(queued => queued.Id >= oldestLeft).OrderBy(queued => queued.Id)
                .Take(MaxWatched).Select(queued => new { queued.OrderId, queued.Version })
                .ToListAsync(cancellationToken))
            .GroupBy(queued => queued.OrderId)
            .ToDictionary(order => order.Key, order => order.Max(queued => queued.Version));
        var orders = held.Keys.ToArray();
        var rows = (await context.Outbox.Where(row => orders.Contains(row.OrderId!.Value))
                .OrderBy(row => row.OrderId).ThenBy(row => row.Version).Take(Window)
                .Select(row => new HoldingRow(
                    row.Id, row.OrderId!.Value, row.Version!.Value, row.OverdueAt != null))
                .ToListAsync(cancellationToken))
            .Where(row => row.Version <= held[row.OrderId])
            .ToDictionary(row => row.Id);
        _watch.Look(rows.Values.Select(row => (row.Id, row.IsOverdue)));
        var unsettled = _watch.Unsettled.Select(id => rows[id]).ToList();
        foreach (var ofCell in unsettled.GroupBy(row => cells.Of(row.OrderId)))
        {
            await HandOverAsync(context, ofCell.Key, [.. ofCell], cancellationToken);
        }
    }

    /// <summary>
    /// Takes the place of a writer that has died, or that there never was because the change was made by hand, while no
    /// relay can put the change. While relays work, there is nothing to do.
    /// </summary>
    private async Task HandOverAsync(
        MesDbContext context, int cell, List<HoldingRow> rows, CancellationToken cancellationToken)
    {
        if (await outage.IsConfirmedAsync(context, cell, cancellationToken))
        {
            await overdue.MarkAbandonedAsync(cell, [.. rows.Select(row => row.Id)]);
        }
        else if (!keys.TryGetEpoch(cell, out _, out _) && _handOver.IsCompleted)
        {
            // One as by its writer: if no peer puts it, the outage mark is set, and the others follow.
            _handOver = HandOverAsync(rows[0]);
        }
    }

    private async Task HandOverAsync(HoldingRow row)
    {
        try
        {
            await overdue.HandOverAsync(row.OrderId, row.Version, [], hasRow: true);
            _failure.Worked();
        }
        catch (Exception exception)
        {
            _failure.Failed(exception);
        }
    }

    /// <summary>An outbox row that holds an event back.</summary>
    private sealed record HoldingRow(long Id, Guid OrderId, int Version, bool IsOverdue);
}

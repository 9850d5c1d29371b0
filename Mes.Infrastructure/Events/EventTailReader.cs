using Mes.Application.Events;
using Mes.Infrastructure.Persistence;
using Mes.Infrastructure.Persistence.Model;
using Microsoft.EntityFrameworkCore;

namespace Mes.Infrastructure.Events;

/// <summary>
/// Keeps the tail up to the database, by one statement for all followers of this instance. The statement asks for the
/// tail's last event too: if that is gone or another one, the database was restored or replaced.
/// </summary>
internal sealed class EventTailReader(
    IDbContextFactory<MesDbContext> contexts, EventTail tail, TimeProvider clock)
{
    private const int Batch = 1_000;

    /// <param name="floor">The queue is asked for events with higher ids.</param>
    /// <returns>Whether the queue has any.</returns>
    public async Task<bool> ReadAsync(long floor, CancellationToken cancellationToken)
    {
        EventPosition? known = tail.HasBegun ? tail.Latest.Last : null;
        while (true)
        {
            await using var context = await contexts.CreateDbContextAsync(cancellationToken);
            var askedAt = clock.GetTimestamp();
            var events = context.Events.AsNoTracking();
            events = known is { Number: var number }
                ? events.Where(row => row.Position >= number)
                : events.Where(row => row.Position >= context.Feed.Max(feed => feed.Last));
            var rows = await (
                from feed in context.Feed.AsNoTracking()
                from row in events.OrderBy(row => row.Position).Take(Batch + 1).DefaultIfEmpty()
                select new
                {
                    IsWaiting = context.EventQueue.Any(queued => queued.Id > floor),
                    Row = row,
                }).ToListAsync(cancellationToken);
            var found = rows.Select(one => one.Row).OfType<EventRow>().OrderBy(row => row.Position).Select(Of).ToList();
            if (known is not { } end)
            {
                // The last event is never deleted, so without one the feed is empty.
                tail.Begin(found.Count == 0 ? EventPosition.Beginning : found[^1].Position, askedAt);
            }
            else if (Following(found, end) is { } news)
            {
                tail.Append(news, askedAt);
            }
            else
            {
                known = null;
                continue;
            }

            if (found.Count <= Batch)
            {
                return rows[0].IsWaiting;
            }

            known = tail.Latest.Last;
        }
    }

    public static FeedEvent Of(EventRow row) => new(
        EventPosition.Behind(row.Position, row.EventId),
        row.EventId,
        row.OrderId,
        row.Version,
        row.SellerId,
        row.ExternalId,
        row.FromStatus,
        row.ToStatus,
        row.At)
    {
        Notice = row.WebhookId is { } webhookId ? new WebhookNotice(webhookId, row.Notice!) : null,
    };

    /// <returns>What follows the known end; null if the events do not follow it without a gap.</returns>
    private static List<FeedEvent>? Following(List<FeedEvent> found, EventPosition end)
    {
        var skipped = end == EventPosition.Beginning ? 0 : 1;
        if (skipped == 1 && (found.Count == 0 || found[0].Position != end))
        {
            return null;
        }

        return found.Count == skipped || (found[skipped].Position.Number == end.Number + 1
            && found[^1].Position.Number == end.Number + found.Count - skipped)
            ? found[skipped..]
            : null;
    }
}

using Mes.Application.Events;
using Mes.Infrastructure.Persistence;
using Mes.Infrastructure.Persistence.Model;
using Mes.Infrastructure.Persistence.Reads;
using Microsoft.EntityFrameworkCore;

namespace Mes.Infrastructure.Events;

/// <summary>Answers from the tail in memory; what is further back, one page at a time from the database.</summary>
internal sealed class EventSource(EventTail tail, DatabaseReads reads) : IEventSource
{
    public async ValueTask<EventPosition> FindEndAsync(CancellationToken cancellationToken) =>
        // Not the tail's end, which may be a moment behind: the follower begins now, and asks this once.
        await reads.ReadAsync(
            async (context, token) =>
                await context.Events.AsNoTracking().OrderByDescending(row => row.Position)
                    .FirstOrDefaultAsync(token) is { } last
                    ? EventTailReader.Of(last).Position
                    : EventPosition.Beginning,
            cancellationToken);

    public async ValueTask<EventSlice?> ReadAsync(
        EventPosition? after, string? sellerId, int limit, CancellationToken cancellationToken)
    {
        // A place of another past may be good in the database, if this instance has not noticed yet that it was
        // replaced. So only a place that is found is answered from memory.
        if (after is { } place && tail.IsFresh && tail.Latest.Read(place, sellerId, limit) is { } slice)
        {
            return slice;
        }

        return await reads.ReadAsync(
            (context, token) => ReadAsync(context, after, sellerId, limit, token), cancellationToken);
    }

    public async Task WaitAsync(EventPosition after, string? sellerId, CancellationToken cancellationToken)
    {
        // The place may be further on than the tail, which then catches up in a moment.
        var seen = after.Number;
        var generation = tail.Latest.Generation;
        while (true)
        {
            var latest = tail.Latest;
            if (latest.Generation != generation || latest.MayTell(seen, sellerId))
            {
                return;
            }

            seen = Math.Max(seen, latest.Last.Number);
            await latest.NextAsync().WaitAsync(cancellationToken);
        }
    }

    private static async Task<EventSlice?> ReadAsync(
        MesDbContext context, EventPosition? after, string? sellerId, int limit, CancellationToken cancellationToken)
    {
        var number = after?.Number ?? 0;
        var wanted = context.Events.AsNoTracking().Where(row => row.Position > number);
        wanted = sellerId is not null
            ? wanted.Where(row => row.SellerId == sellerId)
            : wanted.Where(row => row.WebhookId == null);

        // One statement, so that the events and the end of the feed are of one moment.
        var rows = await (
            from feed in context.Feed.AsNoTracking()
            from row in wanted.OrderBy(row => row.Position).Take(limit + 1).DefaultIfEmpty()
            select new
            {
                feed.Last,
                LastId = context.Events.Where(last => last.Position == feed.Last)
                    .Select(last => (Guid?)last.EventId).FirstOrDefault(),
                AfterId = context.Events.Where(before => before.Position == number)
                    .Select(before => (Guid?)before.EventId).FirstOrDefault(),
                First = context.Events.Min(first => (long?)first.Position),
                Row = row,
            }).ToListAsync(cancellationToken);

        var known = rows[0];
        var isThere = after is not { } place
            || (place == EventPosition.Beginning
                ? known.First is null or 1
                : known.AfterId is { } id && EventPosition.Behind(number, id) == place);
        if (!isThere)
        {
            return null;
        }

        var items = rows.Select(one => one.Row).OfType<EventRow>().OrderBy(row => row.Position)
            .Select(EventTailReader.Of).ToList();
        if (items.Count > limit)
        {
            items.RemoveAt(limit);
            return new EventSlice(items, items[^1].Position, HasMore: true);
        }

        var end = known.LastId is { } lastId
            ? EventPosition.Behind(known.Last, lastId)
            : EventPosition.Beginning;
        return new EventSlice(items, end, HasMore: false);
    }
}

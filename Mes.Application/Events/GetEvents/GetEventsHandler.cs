using MediatR;
using Mes.Application.Validation;
using Mes.Domain.Results;

namespace Mes.Application.Events.GetEvents;

internal sealed class GetEventsHandler(IEventSource events, IEventCursors cursors)
    : IRequestHandler<GetEvents, Result<EventPage>>
{
    public async Task<Result<EventPage>> Handle(GetEvents query, CancellationToken cancellationToken)
    {
        if (query.Start == EventStart.Now)
        {
            var end = await events.FindEndAsync(cancellationToken);
            return Page(query, new EventSlice([], end, HasMore: false));
        }

        EventPosition? after = null;
        if (query.Cursor is { } cursor)
        {
            after = cursors.Unprotect(cursor, query.CursorScope);
            if (after is null)
            {
                return ValidationError.Of("cursor", "was not issued to this caller for the feed");
            }
        }

        return await events.ReadAsync(after, query.SellerId, query.Limit, cancellationToken) is { } slice
            ? Page(query, slice)
            : EventErrors.CursorExpired;
    }

    private EventPage Page(GetEvents query, EventSlice slice) => new(
        [.. slice.Items.Select(EventDocument.Of)],
        cursors.Protect(slice.End, query.CursorScope),
        slice.HasMore,
        slice.End);
}

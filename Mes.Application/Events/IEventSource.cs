namespace Mes.Application.Events;

/// <summary>
/// The one source of events that every follower reads. An order's events come in the order of its versions, each once.
/// No event comes before a position that a follower has already passed. Whoever was told a version by an event is not
/// told an older one by a later read.
/// </summary>
public interface IEventSource
{
    /// <summary>The end of the feed. A read that starts after this has what the events before it tell.</summary>
    /// <exception cref="Persistence.DependencyUnavailableException">The database does not answer.</exception>
    ValueTask<EventPosition> FindEndAsync(CancellationToken cancellationToken);

    /// <summary>Reads what is there now.</summary>
    /// <param name="after">Null for the oldest event that is kept.</param>
    /// <param name="sellerId">Only this seller's events; null for all.</param>
    /// <param name="limit">The most events to return.</param>
    /// <returns>
    /// Null if the feed does not have this position: it is no longer kept, or the database has another past.
    /// </returns>
    /// <exception cref="Persistence.DependencyUnavailableException">The database does not answer.</exception>
    ValueTask<EventSlice?> ReadAsync(
        EventPosition? after, string? sellerId, int limit, CancellationToken cancellationToken);

    /// <summary>
    /// Waits until a read from here may have something to tell. Costs the database nothing, however many wait.
    /// </summary>
    /// <param name="after">The end of the last read.</param>
    /// <param name="sellerId">As for the read.</param>
    Task WaitAsync(EventPosition after, string? sellerId, CancellationToken cancellationToken);
}

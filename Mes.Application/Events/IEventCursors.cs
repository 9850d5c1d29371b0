namespace Mes.Application.Events;

/// <summary>
/// Turns places in the feed into cursors that only this service can create and read. A cursor tells nothing: the
/// positions count the events of all sellers.
/// </summary>
public interface IEventCursors
{
    /// <param name="scope">Whom the cursor is for.</param>
    string Protect(EventPosition position, string scope);

    /// <returns>Null if the cursor was not made by this service, or for another scope.</returns>
    EventPosition? Unprotect(string cursor, string scope);
}

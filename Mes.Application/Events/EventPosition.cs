using System.Buffers.Binary;

namespace Mes.Application.Events;

/// <summary>A place in the feed: right behind one event.</summary>
/// <param name="Number">The event's position; 0 for the beginning.</param>
/// <param name="Mark">
/// Eight bytes of the event's id; 0 for the beginning. A feed that has another event there, or none, is not the one
/// that this place is of: the database was restored, or the event is no longer kept.
/// </param>
public readonly record struct EventPosition(long Number, long Mark)
{
    /// <summary>Before the first event that there ever was.</summary>
    public static EventPosition Beginning => default;

    public static EventPosition Behind(long number, Guid eventId)
    {
        Span<byte> id = stackalloc byte[16];
        eventId.TryWriteBytes(id, bigEndian: true, out _);
        return new EventPosition(number, BinaryPrimitives.ReadInt64BigEndian(id));
    }
}

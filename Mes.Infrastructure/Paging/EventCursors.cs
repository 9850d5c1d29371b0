using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Mes.Application.Events;

namespace Mes.Infrastructure.Paging;

/// <summary>
/// Encrypts places in the feed with a key that all instances share. A cursor is its shape (one byte), a tag, and the
/// position and mark under a stream that is derived from the tag. The tag is an HMAC of scope, position and mark: it
/// proves that this service made the cursor, and as a synthetic initialisation vector (RFC 5297) it never repeats for
/// another place. So no random number is needed, however many cursors there are.
/// </summary>
internal sealed class EventCursors(ICursorKey key) : IEventCursors
{
    /// <summary>Raise it whenever cursors get another meaning (bug class 43).</summary>
    private const byte Shape = 0;

    private const int TagBytes = 16;
    private const int PlaceBytes = 16;
    private const int CursorBytes = 1 + TagBytes + PlaceBytes;

    public string Protect(EventPosition position, string scope)
    {
        Span<byte> cursor = stackalloc byte[CursorBytes];
        cursor[0] = Shape;
        var tag = cursor[1..(1 + TagBytes)];
        var place = cursor[(1 + TagBytes)..];
        BinaryPrimitives.WriteInt64BigEndian(place, position.Number);
        BinaryPrimitives.WriteInt64BigEndian(place[sizeof(long)..], position.Mark);
        Tag(place, scope, tag);
        Mask(tag, place);
        return Base64Url.EncodeToString(cursor);
    }

    public EventPosition? Unprotect(string cursor, string scope)
    {
        Span<byte> bytes = stackalloc byte[CursorBytes];
        if (!CursorText.TryDecode(cursor, bytes) || bytes[0] != Shape)
        {
            return null;
        }

        var tag = bytes[1..(1 + TagBytes)];
        var place = bytes[(1 + TagBytes)..];
        Mask(tag, place);
        Span<byte> expected = stackalloc byte[TagBytes];
        Tag(place, scope, expected);
        return CryptographicOperations.FixedTimeEquals(expected, tag)
            ? new EventPosition(
                BinaryPrimitives.ReadInt64BigEndian(place),
                BinaryPrimitives.ReadInt64BigEndian(place[sizeof(long)..]))
            : null;
    }

    private void Tag(ReadOnlySpan<byte> place, string scope, Span<byte> tag)
    {
        byte[] told = [.. "event cursor tag\n"u8, .. place, .. Encoding.UTF8.GetBytes(scope)];
        HMACSHA256.HashData(key.Read(), told).AsSpan(0, TagBytes).CopyTo(tag);
    }

    /// <summary>Hides the place, or shows it again.</summary>
    private void Mask(ReadOnlySpan<byte> tag, Span<byte> place)
    {
        byte[] told = [.. "event cursor mask\n"u8, .. tag];
        var mask = HMACSHA256.HashData(key.Read(), told);
        for (var i = 0; i < place.Length; i++)
        {
            place[i] ^= mask[i];
        }
    }
}

using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Mes.Application.Paging;

namespace Mes.Infrastructure.Paging;

/// <summary>
/// Signs cursors with HMAC-SHA-256 (RFC 2104, cut to 128 bits) and a key that all instances share. A cursor is its shape (one byte), a
/// time (seven bytes, Unix milliseconds), an id, and the signature. What another version of the service gave out in another shape is no
/// cursor of this one (bug class 43).
/// </summary>
internal sealed class CursorProtector(ICursorKey key) : ICursorProtector
{
    /// <summary>Raise it whenever a cursor, or what a list makes of one, gets another meaning. Within a byte.</summary>
    private const byte Shape = 0;

    private const int TimeBytes = 8;
    private const int ShapeBits = 8;
    private const int IdBytes = 16;
    private const int NumberBytes = 8;
    private const int SignatureBytes = 16;
    private const int PositionBytes = TimeBytes + IdBytes;

    public string Protect(PagePosition position, string scope)
    {
        Span<byte> cursor = stackalloc byte[PositionBytes + SignatureBytes];
        WriteWithShape(cursor, position.Time.ToUnixTimeMilliseconds());
        position.Id.TryWriteBytes(cursor[TimeBytes..], bigEndian: true, out _);
        Sign(cursor[..PositionBytes], scope, cursor[PositionBytes..]);
        return Base64Url.EncodeToString(cursor);
    }

    public PagePosition? Unprotect(string cursor, string scope)
    {
        Span<byte> bytes = stackalloc byte[PositionBytes + SignatureBytes];
        return TryRead(cursor, scope, bytes)
            ? new PagePosition(
                DateTimeOffset.FromUnixTimeMilliseconds(WithoutShape(bytes)),
                new Guid(bytes[TimeBytes..PositionBytes], bigEndian: true))
            : null;
    }

    public string ProtectNumber(long number, string scope)
    {
        Span<byte> cursor = stackalloc byte[NumberBytes + SignatureBytes];
        WriteWithShape(cursor, number);
        Sign(cursor[..NumberBytes], scope, cursor[NumberBytes..]);
        return Base64Url.EncodeToString(cursor);
    }

    public long? UnprotectNumber(string cursor, string scope)
    {
        Span<byte> bytes = stackalloc byte[NumberBytes + SignatureBytes];
        return TryRead(cursor, scope, bytes) ? WithoutShape(bytes) : null;
    }

    // No time and no number of a page needs its eighth byte.
    private static void WriteWithShape(Span<byte> cursor, long value)
    {
        BinaryPrimitives.WriteInt64BigEndian(cursor, value);
        cursor[0] = Shape;
    }

    private static long WithoutShape(ReadOnlySpan<byte> cursor) => BinaryPrimitives.ReadInt64BigEndian(cursor) << ShapeBits >> ShapeBits;

    /// <returns>Whether this is a cursor of that many bytes, made by this service for this scope.</returns>
    private bool TryRead(string cursor, string scope, Span<byte> bytes)
    {
        // Only the one text that was given out is good, so nothing of spaces and padding, on some of which the decoder throws.
        if (cursor.Length != Base64Url.GetEncodedLength(bytes.Length)
            || !Base64Url.IsValid(cursor, out var length)
            || length != bytes.Length
            || !Base64Url.TryDecodeFromChars(cursor, bytes, out _))
        {
            return false;
        }

        Span<byte> signature = stackalloc byte[SignatureBytes];
        Sign(bytes[..^SignatureBytes], scope, signature);
        return bytes[0] == Shape && CryptographicOperations.FixedTimeEquals(signature, bytes[^SignatureBytes..]);
    }

    private void Sign(ReadOnlySpan<byte> position, string scope, Span<byte> signature)
    {
        byte[] signed = [.. position, .. Encoding.UTF8.GetBytes(scope)];
        HMACSHA256.HashData(key.Read(), signed).AsSpan(0, SignatureBytes).CopyTo(signature);
    }
}

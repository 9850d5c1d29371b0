using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Mes.Application.Paging;
using Mes.Application.Snapshots;

namespace Mes.Infrastructure.Paging;

/// <summary>
/// Signs cursors with HMAC-SHA-256 (RFC 2104, truncated to 128 bits) and a key that all instances share. A cursor is
/// its shape (one byte), a time (seven bytes, Unix milliseconds), an id, and the signature. This version refuses
/// cursors of another shape, which another version of the service has given out (bug class 43).
/// </summary>
internal sealed class CursorProtector(ICursorKey key) : ICursorProtector
{
    /// <summary>Raise it whenever cursors, or what lists make of them, get another meaning. At most 255.</summary>
    private const byte Shape = 0;

    private const int TimeBytes = 8;
    private const int ShapeBits = 8;
    private const int IdBytes = 16;
    private const int NumberBytes = 8;
    private const int SignatureBytes = 16;
    private const int MaxTextCursor = 512;
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

    public string ProtectText(string text, string scope)
    {
        var position = Encoding.UTF8.GetBytes(text);
        Span<byte> cursor = new byte[1 + position.Length + SignatureBytes];
        cursor[0] = Shape;
        position.CopyTo(cursor[1..]);
        Sign(cursor[..^SignatureBytes], scope, cursor[^SignatureBytes..]);
        return Base64Url.EncodeToString(cursor);
    }

    public string? UnprotectText(string cursor, string scope)
    {
        var length = cursor.Length <= MaxTextCursor ? Base64Url.GetMaxDecodedLength(cursor.Length) : 0;
        Span<byte> bytes = new byte[length];
        return length > SignatureBytes && TryRead(cursor, scope, bytes)
            ? Encoding.UTF8.GetString(bytes[1..^SignatureBytes])
            : null;
    }

    // No time and no number of a page needs the eighth byte, which holds the shape.
    private static void WriteWithShape(Span<byte> cursor, long value)
    {
        BinaryPrimitives.WriteInt64BigEndian(cursor, value);
        cursor[0] = Shape;
    }

    private static long WithoutShape(ReadOnlySpan<byte> cursor) =>
        BinaryPrimitives.ReadInt64BigEndian(cursor) << ShapeBits >> ShapeBits;

    /// <returns>Whether the service has given out this cursor, of that many bytes, for this scope.</returns>
    private bool TryRead(string cursor, string scope, Span<byte> bytes)
    {
        if (!CursorText.TryDecode(cursor, bytes))
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

using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Mes.Application.Paging;
using Microsoft.EntityFrameworkCore;

namespace Mes.Infrastructure.Persistence;

/// <summary>Signs cursors with HMAC-SHA-256 (RFC 2104, cut to 128 bits) and a key that all instances share.</summary>
internal sealed class CursorProtector(IDbContextFactory<MesDbContext> contexts) : ICursorProtector
{
    private const int TimeBytes = 8;
    private const int IdBytes = 16;
    private const int NumberBytes = 8;
    private const int SignatureBytes = 16;
    private const int PositionBytes = TimeBytes + IdBytes;

    private byte[]? _key;

    public string Protect(PagePosition position, string scope)
    {
        Span<byte> cursor = stackalloc byte[PositionBytes + SignatureBytes];
        BinaryPrimitives.WriteInt64BigEndian(cursor, position.Time.ToUnixTimeMilliseconds());
        position.Id.TryWriteBytes(cursor[TimeBytes..], bigEndian: true, out _);
        Sign(cursor[..PositionBytes], scope, cursor[PositionBytes..]);
        return Base64Url.EncodeToString(cursor);
    }

    public PagePosition? Unprotect(string cursor, string scope)
    {
        Span<byte> bytes = stackalloc byte[PositionBytes + SignatureBytes];
        return TryRead(cursor, scope, bytes)
            ? new PagePosition(
                DateTimeOffset.FromUnixTimeMilliseconds(BinaryPrimitives.ReadInt64BigEndian(bytes)),
                new Guid(bytes[TimeBytes..PositionBytes], bigEndian: true))
            : null;
    }

    public string ProtectNumber(long number, string scope)
    {
        Span<byte> cursor = stackalloc byte[NumberBytes + SignatureBytes];
        BinaryPrimitives.WriteInt64BigEndian(cursor, number);
        Sign(cursor[..NumberBytes], scope, cursor[NumberBytes..]);
        return Base64Url.EncodeToString(cursor);
    }

    public long? UnprotectNumber(string cursor, string scope)
    {
        Span<byte> bytes = stackalloc byte[NumberBytes + SignatureBytes];
        return TryRead(cursor, scope, bytes) ? BinaryPrimitives.ReadInt64BigEndian(bytes) : null;
    }

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
        return CryptographicOperations.FixedTimeEquals(signature, bytes[^SignatureBytes..]);
    }

    private void Sign(ReadOnlySpan<byte> position, string scope, Span<byte> signature)
    {
        byte[] signed = [.. position, .. Encoding.UTF8.GetBytes(scope)];
        HMACSHA256.HashData(_key ??= ReadKey(), signed).AsSpan(0, SignatureBytes).CopyTo(signature);
    }

    /// <summary>Once per process; a failure is not remembered.</summary>
    private byte[] ReadKey()
    {
        using var context = contexts.CreateDbContext();
        return context.Secrets.Single(secret => secret.Name == ServiceSecret.CursorKey).Value;
    }
}

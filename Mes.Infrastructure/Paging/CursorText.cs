using System.Buffers.Text;

namespace Mes.Infrastructure.Paging;

/// <summary>Cursors as clients keep them: base 64 for URLs (RFC 4648, section 5).</summary>
internal static class CursorText
{
    /// <summary>
    /// Only the exact text that was given out is good. The decoder alone would accept spaces and padding, or throw on
    /// them.
    /// </summary>
    /// <param name="bytes">As many as the cursor must have.</param>
    public static bool TryDecode(string cursor, Span<byte> bytes) =>
        cursor.Length == Base64Url.GetEncodedLength(bytes.Length)
        && Base64Url.IsValid(cursor, out var length)
        && length == bytes.Length
        && Base64Url.TryDecodeFromChars(cursor, bytes, out _);
}

using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Mes.Application.Snapshots;
using Mes.Domain.Orders;
using Mes.Infrastructure.Caching.Keys;

namespace Mes.Infrastructure.Caching.Entries;

/// <summary>
/// An order's entry: one line of text, then the JSON bytes that go out. The line is
/// <c>MES &lt;layout&gt; &lt;version&gt; &lt;bytes of JSON&gt; &lt;seller&gt; &lt;status&gt;
/// &lt;status changed at, Unix milliseconds&gt; &lt;milliseconds from the submission until then&gt;
/// &lt;milliseconds from then until the last change&gt; &lt;proof&gt; &lt;checksum&gt;</c>.
/// </summary>
/// <remarks>
/// The checksum covers the order's id and the whole entry but itself. So a reader notices bytes that are corrupt, or
/// those of another order. The scripts cannot compute it. They believe the version and the length of an entry with a
/// valid proof, which covers the order's <see cref="OrderMember"/> and what stands between layout and proof (bug class
/// 35). From layout 3 on, the first four words and the last two are the same in every layout, so that instances of
/// different versions can tell each other's entries apart (bug class 18).
/// </remarks>
internal static class EntryCodec
{
    /// <summary>Raise it whenever the line behind its fourth word, but the last two, or the JSON, changes.</summary>
    public const int Layout = 3;

    private const int LongestLine = 400;
    private const int IdBytes = 16;
    private const int SumDigits = 8;
    private const int ProofDigits = 8;
    private const int Words = 11;

    private static readonly byte[] Magic = Encoding.ASCII.GetBytes($"MES {Layout} ");

    public static byte[] Encode(OrderSnapshot order)
    {
        var changed = order.StatusChangedAt.ToUnixTimeMilliseconds();
        var age = changed - order.CreatedAt.ToUnixTimeMilliseconds();
        var later = order.UpdatedAt.ToUnixTimeMilliseconds() - changed;
        var line = string.Create(
            CultureInfo.InvariantCulture,
            $"MES {Layout} {order.Version} {order.Json.Length} {order.SellerId} {order.Status.Name()} "
            + $"{changed} {age} {later} ");
        var entry = new byte[Encoding.UTF8.GetByteCount(line) + ProofDigits + 1 + SumDigits + 1 + order.Json.Length];
        var written = Encoding.UTF8.GetBytes(line, entry);
        Prove(order.Id, entry.AsSpan(Magic.Length..written), entry.AsSpan(written, ProofDigits));
        written += ProofDigits;
        entry[written++] = (byte)' ';
        var sum = Sum(order.Id, entry.AsSpan(0, written), order.Json.Span);
        sum.TryFormat(entry.AsSpan(written), out _, "x8", CultureInfo.InvariantCulture);
        written += SumDigits;
        entry[written++] = (byte)'\n';
        order.Json.Span.CopyTo(entry.AsSpan(written));
        return entry;
    }

    /// <returns>Null when these are not the bytes of this order in this layout.</returns>
    public static OrderSnapshot? Decode(Guid orderId, ReadOnlyMemory<byte> entry)
    {
        var head = entry.Span[..Math.Min(entry.Length, LongestLine)];
        var end = head.IndexOf((byte)'\n');
        if (end < 0)
        {
            return null;
        }

        Span<Range> words = stackalloc Range[Words + 1];
        var line = head[..end];
        var count = Split(line, words);
        if (count != Words
            || !line.StartsWith(Magic)
            || !TryParse(line[words[2]], out var version) || version is < 1 or > int.MaxValue
            || !TryParse(line[words[3]], out var length) || length != entry.Length - end - 1
            || !OrderStatuses.TryParse(Encoding.UTF8.GetString(line[words[5]]), out var status)
            || !TryParse(line[words[6]], out var changedAt)
            || !TryParse(line[words[7]], out var age)
            || !TryParse(line[words[8]], out var later)
            || !TryTime(changedAt, out var statusChangedAt)
            || !TryTime(changedAt - age, out var createdAt)
            || !TryTime(changedAt + later, out var updatedAt)
            || line[words[10]].Length != SumDigits
            || !Utf8Parser.TryParse(line[words[10]], out uint sum, out var digits, 'x') || digits != SumDigits
            || sum != Sum(orderId, line[..^SumDigits], entry.Span[(end + 1)..]))
        {
            return null;
        }

        return new OrderSnapshot(
            orderId,
            (int)version,
            Encoding.UTF8.GetString(line[words[4]]),
            status,
            statusChangedAt,
            createdAt,
            updatedAt,
            entry[(end + 1)..]);
    }

    /// <summary>The checksum of an entry.</summary>
    /// <param name="line">The line up to the blank before the checksum, inclusive.</param>
    internal static uint Sum(Guid orderId, ReadOnlySpan<byte> line, ReadOnlySpan<byte> json)
    {
        Span<byte> id = stackalloc byte[IdBytes];
        orderId.TryWriteBytes(id);
        return Crc32C.Of(id, line, json);
    }

    /// <summary>Writes the proof of an entry, as <c>proof.lua</c> computes it.</summary>
    /// <param name="line">The line from the version up to the blank before the proof, inclusive.</param>
    internal static void Prove(Guid orderId, ReadOnlySpan<byte> line, Span<byte> proof)
    {
        byte[] proven = [.. Encoding.ASCII.GetBytes(OrderMember.Of(orderId)), (byte)' ', .. line];
        Span<byte> hash = stackalloc byte[SHA1.HashSizeInBytes];
        SHA1.HashData(proven, hash);
        Convert.TryToHexStringLower(hash[..(ProofDigits / 2)], proof, out _);
    }

    private static int Split(ReadOnlySpan<byte> line, Span<Range> words)
    {
        var count = 0;
        foreach (var word in MemoryExtensions.Split(line, (byte)' '))
        {
            if (count == words.Length)
            {
                break;
            }

            words[count++] = word;
        }

        return count;
    }

    private static bool TryTime(long milliseconds, out DateTimeOffset time)
    {
        var exists = milliseconds is >= -62_135_596_800_000 and <= 253_402_300_799_999;
        time = exists ? DateTimeOffset.FromUnixTimeMilliseconds(milliseconds) : default;
        return exists;
    }

    private static bool TryParse(ReadOnlySpan<byte> digits, out long value) =>
        Utf8Parser.TryParse(digits, out value, out var consumed) && consumed == digits.Length;
}

using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Mes.Infrastructure.Caching.Entries;

/// <summary>
/// The change log of a cell: which orders may have changed lately. Every script that may change what readers are told
/// of an order appends a record in the same step. So an instance whose copies were current at one record knows, from
/// all records behind it, which of them still are. This is the read index of replicated logs (D. Ongaro, "Consensus:
/// Bridging Theory and Practice", 2014, section 6.4), with stamps in place of positions.
/// </summary>
/// <remarks>
/// A record is a random stamp (8 bytes), the order's id (16 bytes, big-endian) and a CRC-32C over both (4 bytes). A
/// stamp is drawn anew for each call. A position could go back with an older data set and be reached again by other
/// changes.
/// </remarks>
internal static class ChangeLog
{
    public const int RecordBytes = StampBytes + IdBytes + SumBytes;

    private const int StampBytes = 8;
    private const int IdBytes = 16;
    private const int SumBytes = 4;

    /// <summary>A record with a stamp that no other record has.</summary>
    public static byte[] NewRecord(Guid orderId) =>
        Record(BinaryPrimitives.ReadUInt64LittleEndian(RandomNumberGenerator.GetBytes(StampBytes)), orderId);

    /// <summary>Whether these bytes are one record or more, all intact.</summary>
    public static bool IsReadable(ReadOnlySpan<byte> log)
    {
        for (var rest = log; rest.Length >= RecordBytes; rest = rest[RecordBytes..])
        {
            if (BinaryPrimitives.ReadUInt32LittleEndian(rest[(StampBytes + IdBytes)..]) != Sum(rest))
            {
                return false;
            }
        }

        return log.Length > 0 && log.Length % RecordBytes == 0;
    }

    public static ulong LastStamp(ReadOnlySpan<byte> log) => StampOf(log[^RecordBytes..]);

    /// <summary>The orders that may have changed since a stamp was the last one.</summary>
    /// <returns>False when the log does not go back so far: then any order may have changed.</returns>
    public static bool TryReadSince(ulong stamp, ReadOnlySpan<byte> log, ICollection<Guid> changed)
    {
        // From the start: a record may have been written twice. Only behind its first occurrence is nothing missing.
        for (var at = 0; at < log.Length; at += RecordBytes)
        {
            if (StampOf(log[at..]) == stamp)
            {
                for (at += RecordBytes; at < log.Length; at += RecordBytes)
                {
                    changed.Add(new Guid(log.Slice(at + StampBytes, IdBytes), bigEndian: true));
                }

                return true;
            }
        }

        return false;
    }

    internal static byte[] Record(ulong stamp, Guid orderId)
    {
        var record = new byte[RecordBytes];
        BinaryPrimitives.WriteUInt64LittleEndian(record, stamp);
        orderId.TryWriteBytes(record.AsSpan(StampBytes), bigEndian: true, out _);
        BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(StampBytes + IdBytes), Sum(record));
        return record;
    }

    private static ulong StampOf(ReadOnlySpan<byte> record) => BinaryPrimitives.ReadUInt64LittleEndian(record);

    private static uint Sum(ReadOnlySpan<byte> record) => Crc32C.Of(record[..(StampBytes + IdBytes)], [], []);
}

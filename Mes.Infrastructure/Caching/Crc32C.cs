using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;

namespace Mes.Infrastructure.Caching;

/// <summary>
/// CRC-32C (RFC 3720, appendix B.4) over three parts, as if they were one. It protects against accidents, not against
/// an attacker.
/// </summary>
internal static class Crc32C
{
    public static uint Of(ReadOnlySpan<byte> one, ReadOnlySpan<byte> two, ReadOnlySpan<byte> three) =>
        ~Add(Add(Add(uint.MaxValue, one), two), three);

    private static uint Add(uint sum, ReadOnlySpan<byte> bytes)
    {
        foreach (var eight in MemoryMarshal.Cast<byte, ulong>(bytes))
        {
            var ordered = BitConverter.IsLittleEndian ? eight : BinaryPrimitives.ReverseEndianness(eight);
            sum = BitOperations.Crc32C(sum, ordered);
        }

        foreach (var one in bytes[(bytes.Length & ~7)..])
        {
            sum = BitOperations.Crc32C(sum, one);
        }

        return sum;
    }
}

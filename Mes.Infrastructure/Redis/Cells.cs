using System.Text;

namespace Mes.Infrastructure.Redis;

/// <summary>
/// Divides the orders into cells. All keys of a cell have one hash tag, so they are on one node of a Redis Cluster, and
/// a write touches one slot. An order never changes its cell.
/// </summary>
internal sealed class Cells
{
    /// <summary>The cell of everything that belongs to no order.</summary>
    public const int Common = 0;

    private const int IdBytes = 16;

    public Cells(int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, CacheOptions.MaxCells);
        Count = count;
    }

    public int Count { get; }

    /// <summary>
    /// The cell of an order. Every instance and every version computes the same: computing it differently would be a
    /// new layout (<see cref="Coordination.CacheLayout"/>).
    /// </summary>
    public int Of(Guid orderId)
    {
        if (Count == 1)
        {
            return Common;
        }

        // The random half of a version 7 id alone would do, but callers may make ids in other ways.
        Span<byte> id = stackalloc byte[IdBytes];
        orderId.TryWriteBytes(id, bigEndian: true, out _);
        return Of(id);
    }

    /// <summary>The cell of something that belongs to no order, and that has a name.</summary>
    public int OfName(string name) => Count == 1 ? Common : Of(Encoding.UTF8.GetBytes(name));

    /// <summary>By FNV-1a.</summary>
    private int Of(ReadOnlySpan<byte> bytes)
    {
        var hash = 2_166_136_261u;
        foreach (var part in bytes)
        {
            hash = unchecked((hash ^ part) * 16_777_619u);
        }

        return (int)(hash % (uint)Count);
    }
}

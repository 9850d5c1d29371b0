namespace Mes.Infrastructure.Redis;

/// <summary>
/// How many cells the cache has, and in which an order is. All keys of a cell have one hash tag, so they are on one node of a
/// Redis Cluster, and a write still touches one slot. An order never changes its cell.
/// </summary>
internal sealed class Cells
{
    /// <summary>Where everything is that belongs to no order.</summary>
    public const int Common = 0;

    private const int IdBytes = 16;

    public Cells(int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, CacheOptions.MaxCells);
        Count = count;
    }

    public int Count { get; }

    /// <summary>The same on every instance and for ever: another way to compute it would be another layout (<see cref="CacheLayout.Current"/>).</summary>
    public int Of(Guid orderId)
    {
        if (Count == 1)
        {
            return Common;
        }

        // FNV-1a: the random half of a version 7 id would do alone, but ids may be made otherwise.
        Span<byte> id = stackalloc byte[IdBytes];
        orderId.TryWriteBytes(id, bigEndian: true, out _);
        var hash = 2_166_136_261u;
        foreach (var part in id)
        {
            hash = unchecked((hash ^ part) * 16_777_619u);
        }

        return (int)(hash % (uint)Count);
    }
}

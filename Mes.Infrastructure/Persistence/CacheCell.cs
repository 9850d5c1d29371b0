namespace Mes.Infrastructure.Persistence;

/// <summary>What may be read from a cell of the cache: only keys of its epoch.</summary>
internal sealed class CacheCell
{
    public int Cell { get; init; }

    /// <summary>Raised when nothing that is cached may be read any more.</summary>
    public long Epoch { get; init; }
}

namespace Mes.Infrastructure.Persistence;

/// <summary>What may be read from a cell of the cache: only keys of its epoch, and only on a connection to its data set.</summary>
internal sealed class CacheCell
{
    public int Cell { get; init; }

    /// <summary>Raised when nothing that is cached may be read any more.</summary>
    public long Epoch { get; init; }

    /// <summary>The run id of the Redis that holds this epoch; null while no instance has named one.</summary>
    public string? DataSet { get; init; }

    /// <summary>The layout of the indexes in this epoch. An instance that has another leaves the cache alone; one that has a newer one begins a new epoch.</summary>
    public int Layout { get; init; }

    /// <summary>When the epoch began, by the database's clock. It is used only when every licence for the one before has run out.</summary>
    public DateTimeOffset Since { get; init; }
}

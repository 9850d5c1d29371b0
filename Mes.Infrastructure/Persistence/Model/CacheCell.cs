using Mes.Infrastructure.Redis;

namespace Mes.Infrastructure.Persistence.Model;

/// <summary>What may be read from a cell of the cache: only keys of its epoch, and only on a connection to its data set.</summary>
internal sealed class CacheCell
{
    public int Cell { get; init; }

    /// <summary>Raised when nothing that is cached may be read any more.</summary>
    public long Epoch { get; init; }

    /// <summary>The name of the Redis data that holds this epoch (<see cref="Caching.DataSet"/>); null while no instance has named one.</summary>
    public string? DataSet { get; init; }

    /// <summary>
    /// The layout of the cache in this epoch. An instance that has another leaves the cache alone; one that has a newer one begins a new epoch.
    /// </summary>
    public int Layout { get; init; }

    /// <summary>When the epoch began, by the database's clock. For people: nothing that has to be right is decided by it.</summary>
    public DateTimeOffset Since { get; init; }

    /// <summary>
    /// The epoch, once every licence for the one before has run out; only then is it used. Whoever begins another need not know of this
    /// column: the new epoch is then not this one.
    /// </summary>
    public long? SettledEpoch { get; init; }

    /// <summary>
    /// Which database began this epoch (<see cref="IDatabaseEngine.Identity"/>). Where the data was restored, or another server has taken
    /// over, that is not the database it stands in, and the epoch is not used there (bug class 41).
    /// </summary>
    public string? DatabaseId { get; init; }
}

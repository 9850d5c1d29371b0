using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Mes.Infrastructure.Persistence.Model;

/// <summary>
/// A cell of the cache. Instances read only keys of its epoch, and only over a connection to its data set.
/// </summary>
internal sealed class CacheCell
{
    public int Cell { get; init; }

    /// <summary>Raised when cached data must not be read any more.</summary>
    public long Epoch { get; init; }

    /// <summary>The name of the Redis data that holds this epoch; null while no instance has named one.</summary>
    public string? DataSet { get; init; }

    /// <summary>
    /// The layout of the cache in this epoch. An instance with another layout does not use the cache; one with a newer
    /// layout begins a new epoch.
    /// </summary>
    public int Layout { get; init; }

    /// <summary>When the epoch began, by the database's clock. For people: no guarantee depends on it.</summary>
    public DateTimeOffset Since { get; init; }

    /// <summary>
    /// Equals the epoch once every licence for the previous one has expired; only then is the epoch used. A version
    /// that does not know this column may begin an epoch: the new one then differs from this value, and so is not
    /// settled.
    /// </summary>
    public long? SettledEpoch { get; init; }

    /// <summary>
    /// The database that began this epoch (<see cref="IDatabaseEngine.Identity"/>). If the data was restored, or
    /// another server has taken over, that is another one than the database it is in, which does not use the epoch (bug
    /// class 41).
    /// </summary>
    public string? DatabaseId { get; init; }

    internal sealed class Configuration : IEntityTypeConfiguration<CacheCell>
    {
        public void Configure(EntityTypeBuilder<CacheCell> cell)
        {
            cell.ToTable("cache_cells");
            cell.HasKey(c => c.Cell);
            cell.Property(c => c.Cell).ValueGeneratedNever();
        }
    }
}

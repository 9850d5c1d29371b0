using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Mes.Infrastructure.Persistence.Model;

/// <summary>
/// An instance's statement that no instance can put its changes into a cell. While the row exists, no instance gets a
/// licence for that cell. Only the row's existence counts, not a clock (bug class 40).
/// </summary>
internal sealed class OutageMark
{
    /// <summary>
    /// The mark's own name. A name is used once, so a statement that arrives late cannot affect another mark.
    /// </summary>
    public required string Instance { get; init; }

    public int Cell { get; init; }

    /// <summary>
    /// The instance's number of cells. For instances with another number, and if it is 0, the mark stands for the whole
    /// cache.
    /// </summary>
    public int Cells { get; init; }

    /// <summary>
    /// Counts the renewals. Any instance that sees a mark without renewals for too long, by its own monotonic clock,
    /// removes it.
    /// </summary>
    public long Beat { get; init; }

    /// <summary>
    /// The mark has stood so long, by the monotonic clock of the instance that set it, that every licence from before
    /// it has expired. So while a confirmed mark exists, no instance holds a licence.
    /// </summary>
    public bool Confirmed { get; init; }

    /// <summary>By the database's clock, for instances of a version that goes by it.</summary>
    public DateTimeOffset SetAt { get; init; }

    /// <summary>When the mark lapses for the instances that <see cref="SetAt"/> is for.</summary>
    public DateTimeOffset ExpiresAt { get; init; }

    internal sealed class Configuration : IEntityTypeConfiguration<OutageMark>
    {
        public void Configure(EntityTypeBuilder<OutageMark> mark)
        {
            mark.ToTable("outage_marks");
            mark.HasKey(m => m.Instance);
            mark.Property(m => m.Cell).HasDefaultValue(0);
            mark.Property(m => m.Cells).HasDefaultValue(0);
            mark.Property(m => m.Beat).HasDefaultValue(0L);
            mark.Property(m => m.Confirmed).HasDefaultValue(false);
        }
    }
}

using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Mes.Infrastructure.Persistence.Model;

/// <summary>The feed as a whole: one row, which the sequencer locks while it gives out positions.</summary>
internal sealed class Feed
{
    public int Id { get; init; }

    /// <summary>The last position that was given out; 0 before the first.</summary>
    public long Last { get; init; }

    internal sealed class Configuration : IEntityTypeConfiguration<Feed>
    {
        public void Configure(EntityTypeBuilder<Feed> feed)
        {
            feed.ToTable("feed");
            feed.HasKey(f => f.Id);
            feed.Property(f => f.Id).ValueGeneratedNever();
        }
    }
}

using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Mes.Infrastructure.Persistence.Model;

/// <summary>
/// When a key was last used. Apart from the keys, because every change of a key makes all instances read the keys
/// again.
/// </summary>
internal sealed class ApiKeyUse
{
    public required string KeyId { get; init; }

    /// <summary>A whole minute, by the database's clock.</summary>
    public DateTimeOffset LastUsedAt { get; init; }

    internal sealed class Configuration : IEntityTypeConfiguration<ApiKeyUse>
    {
        public void Configure(EntityTypeBuilder<ApiKeyUse> use)
        {
            use.ToTable("api_key_uses");
            use.HasKey(u => u.KeyId);
            use.Property(u => u.KeyId).HasMaxLength(64);
        }
    }
}

using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Mes.Infrastructure.Persistence.Model;

/// <summary>A secret that all instances share. The first migration generates it.</summary>
internal sealed class ServiceSecret
{
    /// <summary>The key that signs the cursors of lists.</summary>
    public const string CursorKey = "cursor-key";

    public required string Name { get; init; }

    public required byte[] Value { get; init; }

    internal sealed class Configuration : IEntityTypeConfiguration<ServiceSecret>
    {
        public void Configure(EntityTypeBuilder<ServiceSecret> secret)
        {
            secret.ToTable("service_secrets");
            secret.HasKey(s => s.Name);
        }
    }
}

using Mes.Domain.Callers;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Mes.Infrastructure.Persistence.Model;

internal sealed class ApiKeyConfiguration : IEntityTypeConfiguration<ApiKey>
{
    public void Configure(EntityTypeBuilder<ApiKey> key)
    {
        key.ToTable("api_keys");
        key.HasKey(k => k.Id);
        key.Property(k => k.Id).HasMaxLength(64);
        key.Property(k => k.SecretHash).HasMaxLength(32);
        key.Property(k => k.Role).HasConversion<RoleConverter>().HasMaxLength(16);
        key.Property(k => k.CallerId).HasMaxLength(64);
        key.Property(k => k.CreatedAt);
        key.Property(k => k.Name).HasMaxLength(ApiKeyLimits.NameLength);
        key.Property(k => k.RotatedFrom).HasMaxLength(64);
        key.Property(k => k.IsUsed);
    }
}

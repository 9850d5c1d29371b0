using Mes.Domain.Callers;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Mes.Infrastructure.Persistence.Model;

/// <summary>A trigger raises the revision of the keys with every change of the table.</summary>
internal sealed class SessionConfiguration : IEntityTypeConfiguration<Session>
{
    public void Configure(EntityTypeBuilder<Session> session)
    {
        session.ToTable("sessions");
        session.HasKey(s => s.TokenHash);
        session.Property(s => s.TokenHash).HasMaxLength(32);
        session.Property(s => s.KeyId).HasMaxLength(64);
        session.Property(s => s.IsDisplay);
        session.Property(s => s.CreatedAt);
        session.Property(s => s.ExpiresAt);
    }
}

using Mes.Application.Orders.SubmitOrder;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Mes.Infrastructure.Persistence.Model;

/// <summary>
/// An idempotency key and the order that was submitted under it, written in the order's transaction. While that
/// transaction lasts, a trigger refuses the same key in another one. The name of the table comes before that of the
/// orders, so the row is inserted first, and the other transaction does not wait for the order.
/// </summary>
internal sealed class IdempotencyKeyRow
{
    /// <summary>The SQLSTATE with which the trigger refuses a key that another transaction is using.</summary>
    public const string InProgressState = "MES01";

    /// <summary>How long a key is kept.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromHours(24);

    public required string SellerId { get; init; }

    public required string Key { get; init; }

    /// <summary>SHA-256 of the body's bytes.</summary>
    public required byte[] BodyHash { get; init; }

    public Guid OrderId { get; init; }

    /// <summary>By the database's clock.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    internal sealed class Configuration : IEntityTypeConfiguration<IdempotencyKeyRow>
    {
        public void Configure(EntityTypeBuilder<IdempotencyKeyRow> key)
        {
            key.ToTable("idempotency_keys");
            key.HasKey(k => new { k.SellerId, k.Key });
            key.Property(k => k.SellerId).HasMaxLength(64);
            key.Property(k => k.Key).HasMaxLength(IdempotencyKey.MaxLength);
            key.Property(k => k.BodyHash).HasMaxLength(32);
            key.HasIndex(k => k.CreatedAt, "ix_idempotency_keys_created");
        }
    }
}

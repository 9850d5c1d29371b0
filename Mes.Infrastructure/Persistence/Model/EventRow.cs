using Mes.Domain.Orders;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Mes.Infrastructure.Persistence.Model;

/// <summary>An event of the feed: one change of an order, with all that an answer needs of it.</summary>
internal sealed class EventRow
{
    /// <summary>Consecutive. Whoever sees a position sees all lower ones that are kept.</summary>
    public long Position { get; init; }

    public Guid EventId { get; init; }

    public Guid OrderId { get; init; }

    public int Version { get; init; }

    public required string SellerId { get; init; }

    public required string ExternalId { get; init; }

    /// <summary>Null for the submission.</summary>
    public OrderStatus? FromStatus { get; init; }

    public OrderStatus ToStatus { get; init; }

    /// <summary>The time of the change, as in the history.</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>
    /// The webhook that a notice to its seller is about; null for an event of an order. With a notice, the columns of
    /// the order mean nothing, and its id is that of the webhook.
    /// </summary>
    public Guid? WebhookId { get; init; }

    /// <summary>The webhook's status and the reason, separated by a space; null for an event of an order.</summary>
    public string? Notice { get; init; }

    /// <summary>When the event got its position, by the database's clock. Decides how long it is kept.</summary>
    public DateTimeOffset NumberedAt { get; init; }

    internal sealed class Configuration : IEntityTypeConfiguration<EventRow>
    {
        public void Configure(EntityTypeBuilder<EventRow> row)
        {
            row.ToTable("events");
            row.HasKey(e => e.Position);
            row.Property(e => e.Position).ValueGeneratedNever();
            row.Property(e => e.SellerId).HasMaxLength(64);
            row.Property(e => e.ExternalId).HasMaxLength(64);
            row.Property(e => e.FromStatus).HasConversion<StatusConverter>().HasMaxLength(32);
            row.Property(e => e.ToStatus).HasConversion<StatusConverter>().HasMaxLength(32);
            row.Property(e => e.Notice).HasMaxLength(64);
            row.HasIndex(e => new { e.SellerId, e.Position }, "ix_events_seller");
        }
    }
}

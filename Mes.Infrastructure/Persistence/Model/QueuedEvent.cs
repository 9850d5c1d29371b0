using Mes.Domain.Orders;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Mes.Infrastructure.Persistence.Model;

/// <summary>
/// A change that has no position in the feed yet. The trigger that writes the history inserts it, in the transaction of
/// the change; the sequencer moves it to <see cref="EventRow"/>.
/// </summary>
internal sealed class QueuedEvent
{
    /// <summary>
    /// Drawn while the transaction of the change holds the order's row, so the ids of an order's events rise with its
    /// versions. Nothing else follows from them: a change with a lower id may be committed later.
    /// </summary>
    public long Id { get; init; }

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

    internal sealed class Configuration : IEntityTypeConfiguration<QueuedEvent>
    {
        public void Configure(EntityTypeBuilder<QueuedEvent> queued)
        {
            queued.ToTable("event_queue");
            queued.HasKey(e => e.Id);
            queued.Property(e => e.Id).ValueGeneratedOnAdd();
            queued.Property(e => e.SellerId).HasMaxLength(64);
            queued.Property(e => e.ExternalId).HasMaxLength(64);
            queued.Property(e => e.FromStatus).HasConversion<StatusConverter>().HasMaxLength(32);
            queued.Property(e => e.ToStatus).HasConversion<StatusConverter>().HasMaxLength(32);
            queued.Property(e => e.Notice).HasMaxLength(64);

            // For the question whether an earlier event of the same order is still in the queue.
            queued.HasIndex(e => new { e.OrderId, e.Id }, "ix_event_queue_order");
        }
    }
}

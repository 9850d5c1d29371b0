using Mes.Domain.Orders;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Mes.Infrastructure.Persistence.Model;

/// <summary>
/// An event that was meant for a webhook, with all that is sent of it, and what has become of it. The sequencer makes
/// it together with the event's position.
/// </summary>
internal sealed class WebhookDelivery
{
    public const string Waiting = "waiting";
    public const string Delivered = "delivered";
    public const string Failed = "failed";
    public const string Dropped = "dropped";

    public long Id { get; init; }

    public Guid WebhookId { get; init; }

    public Guid EventId { get; init; }

    /// <summary>The order; for a test the event.</summary>
    public Guid Lane { get; init; }

    /// <summary>The order's version; 0 for a test.</summary>
    public int Version { get; init; }

    public required string Type { get; init; }

    /// <summary>Null for a test.</summary>
    public string? ExternalId { get; init; }

    public OrderStatus? FromStatus { get; init; }

    /// <summary>Null for a test.</summary>
    public OrderStatus? ToStatus { get; init; }

    /// <summary>The event's time.</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>
    /// Waiting until it is delivered, has failed for good, or is dropped because the webhook was stopped.
    /// </summary>
    public required string State { get; init; }

    /// <summary>Since when it is in this state.</summary>
    public DateTimeOffset StateAt { get; init; }

    /// <summary>How many attempts were made, those out of turn included.</summary>
    public int Attempts { get; init; }

    /// <summary>How many attempts in turn have failed. Decides when it is tried again.</summary>
    public int Failures { get; init; }

    /// <summary>When it is tried again; null before the first attempt and when nothing is planned.</summary>
    public DateTimeOffset? NextAt { get; init; }

    internal sealed class Configuration : IEntityTypeConfiguration<WebhookDelivery>
    {
        public void Configure(EntityTypeBuilder<WebhookDelivery> delivery)
        {
            delivery.ToTable("webhook_deliveries");
            delivery.HasKey(d => d.Id);
            delivery.Property(d => d.Type).HasMaxLength(64);
            delivery.Property(d => d.ExternalId).HasMaxLength(64);
            delivery.Property(d => d.FromStatus).HasConversion<StatusConverter>().HasMaxLength(32);
            delivery.Property(d => d.ToStatus).HasConversion<StatusConverter>().HasMaxLength(32);
            delivery.Property(d => d.State).HasMaxLength(16);
            delivery.HasIndex(d => new { d.WebhookId, d.EventId }, "ix_webhook_deliveries_event").IsUnique();
            delivery.HasIndex(d => new { d.WebhookId, d.Lane, d.Version }, "ix_webhook_deliveries_waiting")
                .HasFilter($"state = '{Waiting}'");
            delivery.HasIndex(d => new { d.WebhookId, d.State, d.StateAt }, "ix_webhook_deliveries_state");
        }
    }
}

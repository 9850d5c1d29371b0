using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Mes.Infrastructure.Persistence.Model;

/// <summary>
/// Deliveries of a webhook that go one after the other: those of an order in the order of its versions, or a single one
/// out of turn. There is a lane of an order exactly as long as a delivery of it waits, so what is due is found by one
/// row for each order, however much waits behind it.
/// </summary>
internal sealed class WebhookLane
{
    public Guid WebhookId { get; init; }

    /// <summary>The order; an id of its own for a delivery out of turn.</summary>
    public Guid Lane { get; init; }

    /// <summary>The event that is to be sent out of turn; null for an order's lane.</summary>
    public Guid? EventId { get; init; }

    /// <summary>
    /// Grows with everything that is added. An instance removes an empty lane only if nothing was added meanwhile.
    /// </summary>
    public long Changes { get; init; }

    /// <summary>When the first delivery is to be sent; of a lane that is claimed: when the claim ends.</summary>
    public DateTimeOffset DueAt { get; init; }

    /// <summary>Which claim has the lane; null if it is free. A claim that is over may still stand here.</summary>
    public Guid? Claim { get; init; }

    internal sealed class Configuration : IEntityTypeConfiguration<WebhookLane>
    {
        public void Configure(EntityTypeBuilder<WebhookLane> lane)
        {
            lane.ToTable("webhook_lanes");
            lane.HasKey(l => new { l.WebhookId, l.Lane });
            lane.HasIndex(l => new { l.WebhookId, l.DueAt }, "ix_webhook_lanes_due");
            lane.HasIndex(l => l.Claim, "ix_webhook_lanes_claim").HasFilter("claim IS NOT NULL");
            lane.HasIndex(l => l.EventId, "ix_webhook_lanes_event").HasFilter("event_id IS NOT NULL");
        }
    }
}

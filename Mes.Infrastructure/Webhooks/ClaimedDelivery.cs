using Mes.Domain.Webhooks;
using Mes.Infrastructure.Persistence.Model;

namespace Mes.Infrastructure.Webhooks;

/// <summary>A delivery that this instance may send, for a while.</summary>
/// <param name="Lane">The lane as it was claimed.</param>
/// <param name="Webhook">The webhook as of the claim.</param>
/// <param name="Delivery">The delivery to send.</param>
/// <param name="IsSlow">Whether so many attempts have failed that one at a time is made.</param>
/// <param name="Now">The time of the database's clock.</param>
/// <param name="At">The same moment, or one a little later, by this instance's monotonic clock.</param>
/// <param name="ClaimedAt">A moment before the claim, by the same clock.</param>
internal sealed record ClaimedDelivery(
    WebhookLane Lane,
    Webhook Webhook,
    WebhookDelivery Delivery,
    bool IsSlow,
    DateTimeOffset Now,
    long At,
    long ClaimedAt)
{
    /// <summary>Whether a seller has asked for this one: it is sent once, whatever is held.</summary>
    public bool IsOutOfTurn => Lane.EventId is not null;
}

namespace Mes.Chaos.Checking;

/// <summary>A version that an event told, by the feed or by a webhook.</summary>
/// <param name="Order">The order's number in the history.</param>
/// <param name="Status">The status that the event told.</param>
/// <param name="At">When the event had arrived, by <see cref="Clock"/>.</param>
/// <param name="Session">
/// Counts how often the follower of the feed has begun with the oldest event; 0 for a webhook.
/// </param>
/// <param name="HasWebhook">Whether the order's seller has a webhook.</param>
internal readonly record struct Telling(
    int Order, int Version, string Status, long At, int Session, bool HasWebhook)
{
    public bool IsOfFeed => Session > 0;
}

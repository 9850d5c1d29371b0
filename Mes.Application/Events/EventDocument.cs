namespace Mes.Application.Events;

/// <summary>One accepted change of an order, or a notice about one of the seller's webhooks.</summary>
/// <param name="Id">The event's own id.</param>
/// <param name="Type">
/// <c>order.</c> and the status that was entered, in lower case; <c>order.changed</c> where none was;
/// <c>webhook.paused</c> or <c>webhook.disabled</c>. New types may come.
/// </param>
/// <param name="Timestamp">When the change was made.</param>
/// <param name="Data">What was changed.</param>
public sealed record EventDocument(Guid Id, string Type, DateTimeOffset Timestamp, IEventData Data)
{
    public static EventDocument Of(FeedEvent feed) => new(
        feed.Id,
        feed.Type,
        feed.At,
        feed.Notice is { } notice
            ? notice.Data
            : new EventData(
                feed.OrderId, feed.ExternalId, feed.SellerId, feed.Version, feed.From, feed.To));
}

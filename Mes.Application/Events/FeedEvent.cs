using Mes.Domain.Orders;

namespace Mes.Application.Events;

/// <summary>One event of the feed, as its followers within the service get it.</summary>
/// <param name="Position">Where it stands in the feed; 1 is the first. Not for callers: it counts all sellers'.</param>
/// <param name="Id">The event's own id.</param>
/// <param name="OrderId">The order that was changed.</param>
/// <param name="Version">The version that the change led to.</param>
/// <param name="From">The status before; null for the submission.</param>
/// <param name="To">The status after the change; the same as before where the change kept it.</param>
/// <param name="At">When the change was made.</param>
public sealed record FeedEvent(
    EventPosition Position,
    Guid Id,
    Guid OrderId,
    int Version,
    string SellerId,
    string ExternalId,
    OrderStatus? From,
    OrderStatus To,
    DateTimeOffset At)
{
    /// <summary>For a change by hand that enters no status.</summary>
    public const string Changed = "order.changed";

    /// <summary>The types of all events of orders.</summary>
    public static IReadOnlyCollection<string> Types { get; } =
        [.. OrderStatuses.All.Select(TypeOf), Changed];

    /// <summary>
    /// What the seller is told of one of its webhooks; null for an event of an order. With it, nothing of an order
    /// means anything.
    /// </summary>
    public WebhookNotice? Notice { get; init; }

    /// <summary>What has happened: <c>order.shipped</c>, <see cref="Changed"/>, or <c>webhook.paused</c>.</summary>
    public string Type => Notice?.Type ?? TypeOf(From, To);

    /// <summary>The type of an event of an order.</summary>
    public static string TypeOf(OrderStatus? from, OrderStatus to) => from == to ? Changed : TypeOf(to);

    /// <summary>The type of an event that enters a status.</summary>
    public static string TypeOf(OrderStatus entered) => $"order.{entered.Name().ToLowerInvariant()}";

    /// <summary>
    /// Whether the event may be told to a caller who sees this seller's orders only; null sees those of all sellers,
    /// but nothing of their webhooks.
    /// </summary>
    public bool IsFor(string? sellerId) =>
        sellerId is null ? Notice is null : string.Equals(SellerId, sellerId, StringComparison.Ordinal);
}

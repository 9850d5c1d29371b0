using Mes.Application.Messaging;
using Mes.Application.Snapshots;
using Mes.Domain.Callers;
using Mes.Domain.Orders;

namespace Mes.Application.Orders.ListOrders;

/// <summary>A page of orders; a seller's own, or those of all.</summary>
/// <param name="SellerId">For operators and services only.</param>
public sealed record ListOrders(
    Caller Caller,
    IReadOnlyCollection<OrderStatus> Statuses,
    string? ExternalId,
    DateTimeOffset? UpdatedSince,
    string? SellerId,
    OrderSort Sort,
    int Limit,
    string? Cursor) : IIndexQuery<OrderPage>
{
    /// <summary>The requested orders that this caller may see.</summary>
    internal OrderFilter Filter => new(
        Caller.Role == Role.Seller ? Caller.Id : SellerId,
        [.. Statuses.Distinct().Order()],
        ExternalId,
        UpdatedSince is { } since ? WholeMilliseconds(since) : null,
        Sort);

    /// <summary>What a cursor of this list is bound to.</summary>
    internal string CursorScope => $"orders\n{Caller}\n{Filter.Scope}";

    /// <summary>
    /// Orders change at whole milliseconds, so this selects the same ones. The cache and each database would cut off
    /// finer times in a way of its own.
    /// </summary>
    private static DateTimeOffset WholeMilliseconds(DateTimeOffset time)
    {
        var utc = time.ToUniversalTime();
        var part = utc.Ticks % TimeSpan.TicksPerMillisecond;
        var missing = part == 0 ? 0 : TimeSpan.TicksPerMillisecond - part;
        return missing <= DateTimeOffset.MaxValue.Ticks - utc.Ticks ? utc.AddTicks(missing) : utc;
    }
}

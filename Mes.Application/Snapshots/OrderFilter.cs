using System.Globalization;
using Mes.Domain.Orders;

namespace Mes.Application.Snapshots;

/// <summary>Which orders a list shows, and in which order.</summary>
/// <param name="SellerId">Only this seller's; null for all.</param>
/// <param name="Statuses">Only these, each once and in their order; empty for all.</param>
/// <param name="UpdatedSince">Only those changed at or after this time; in whole milliseconds.</param>
public sealed record OrderFilter(
    string? SellerId,
    IReadOnlyCollection<OrderStatus> Statuses,
    string? ExternalId,
    DateTimeOffset? UpdatedSince,
    OrderSort Sort)
{
    /// <summary>The same text for the same list: what a cursor is bound to.</summary>
    public string Scope => string.Join(
        '\n',
        SellerId,
        string.Join(',', Statuses),
        ExternalId,
        UpdatedSince?.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture),
        Sort);
}

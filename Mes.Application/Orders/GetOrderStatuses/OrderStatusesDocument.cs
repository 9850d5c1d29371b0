using Mes.Application.Snapshots;

namespace Mes.Application.Orders.GetOrderStatuses;

/// <summary>The statuses of several orders.</summary>
/// <param name="Items">Each order once, in the order in which the ids were sent.</param>
/// <param name="NotFound">
/// The ids, as they were sent, that name no order which the caller may see; each once.
/// </param>
public sealed record OrderStatusesDocument(
    IReadOnlyList<OrderStatusDocument> Items, IReadOnlyList<string> NotFound)
{
    /// <param name="orders">The orders that exist and that the caller may see.</param>
    public static OrderStatusesDocument Of(GetOrderStatuses query, IReadOnlyList<OrderSnapshot> orders)
    {
        var found = orders.Select(order => order.Id).ToHashSet();
        return new(
            [.. orders.Select(OrderStatusDocument.From)],
            [.. query.Ids!.OfType<string>().DistinctBy(Named).Where(id => Named(id) is not Guid orderId
                || !found.Contains(orderId))]);

        // Two spellings of one id name the same order.
        static object Named(string id) => OrderIds.TryParse(id, out var orderId) ? orderId : id;
    }
}

using Mes.Domain.Orders;

namespace Mes.Application.Caching;

/// <summary>
/// The tags that a change of an order renews. The database's trigger writes the same tags, in the same words, into the
/// change's outbox row.
/// </summary>
public static class CacheTags
{
    /// <summary>Renewed by every change of any order.</summary>
    public const string Orders = "orders";

    private const string SellerPrefix = "seller:";

    public static string Order(Guid id) => $"order:{id:D}";

    public static string Seller(string sellerId) => SellerPrefix + sellerId;

    /// <returns>The seller in the tags of a change; null when there is none.</returns>
    public static string? FindSeller(IEnumerable<string> tags) =>
        tags.FirstOrDefault(tag => tag.StartsWith(SellerPrefix, StringComparison.Ordinal))?[SellerPrefix.Length..];

    public static string Status(OrderStatus status) => $"status:{status.Name()}";

    /// <summary>The tags of one change.</summary>
    public static IReadOnlyList<string> Of(StatusChange change)
    {
        var order = change.Order;
        List<string> tags = [Order(order.Id), Seller(order.SellerId), Status(order.Status), Orders];
        if (change.From is { } from && from != order.Status)
        {
            tags.Add(Status(from));
        }

        return tags;
    }
}

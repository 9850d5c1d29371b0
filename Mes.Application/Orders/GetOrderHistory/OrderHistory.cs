using System.Text.Json.Serialization;

namespace Mes.Application.Orders.GetOrderHistory;

/// <summary>A page of the changes of one order, oldest first.</summary>
/// <param name="Items">The changes, each with the version that it led to.</param>
/// <param name="Next">The cursor of the next page; null on the last.</param>
public sealed record OrderHistory(
    [property: JsonIgnore] string SellerId, IReadOnlyList<OrderHistoryEntry> Items, string? Next = null);

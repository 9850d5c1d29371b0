using System.Text.Json.Serialization;

namespace Mes.Application.Orders.GetOrderHistory;

/// <summary>Every change of one order, oldest first.</summary>
/// <param name="Items">The changes, each with the version that it led to.</param>
public sealed record OrderHistory([property: JsonIgnore] string SellerId, IReadOnlyList<OrderHistoryEntry> Items);

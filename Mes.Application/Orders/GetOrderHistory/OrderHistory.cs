using System.Text.Json.Serialization;

namespace Mes.Application.Orders.GetOrderHistory;

/// <summary>Every change of one order, oldest first.</summary>
public sealed record OrderHistory([property: JsonIgnore] string SellerId, IReadOnlyList<OrderHistoryEntry> Items);

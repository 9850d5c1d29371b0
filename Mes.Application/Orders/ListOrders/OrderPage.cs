namespace Mes.Application.Orders.ListOrders;

/// <summary>A page of orders.</summary>
/// <param name="Next">The cursor of the next page; null on the last.</param>
public sealed record OrderPage(IReadOnlyList<OrderDocument> Items, string? Next);

using Mes.Domain.Orders;

namespace Mes.Application.Orders.GetOrderHistory;

/// <summary>One change of an order.</summary>
/// <param name="Version">The version that the change led to.</param>
/// <param name="From">The status before; null for the submission.</param>
/// <param name="To">The status after the change; the same as before where the change kept it.</param>
/// <param name="Actor">
/// Role and id, such as <c>operator:anna</c>; <c>database:&lt;user&gt;</c> for a change made directly in the database.
/// </param>
/// <param name="At">When the change was made.</param>
/// <param name="Note">The reason, where the change asks for one.</param>
public sealed record OrderHistoryEntry(
    int Version, OrderStatus? From, OrderStatus To, string Actor, DateTimeOffset At, string? Note);

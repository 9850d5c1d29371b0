using Mes.Application.Messaging;
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
    /// <summary>What this caller may see of what was asked for.</summary>
    internal OrderFilter Filter => new(
        Caller.Role == Role.Seller ? Caller.Id : SellerId, Statuses, ExternalId, UpdatedSince, Sort);

    /// <summary>What a cursor of this list is bound to.</summary>
    internal string CursorScope => $"orders\n{Caller}\n{Filter.Scope}";
}

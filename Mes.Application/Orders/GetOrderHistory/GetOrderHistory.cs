using Mes.Application.Messaging;
using Mes.Domain.Callers;

namespace Mes.Application.Orders.GetOrderHistory;

/// <summary>The changes of one order, oldest first, a page at a time.</summary>
/// <param name="Limit">
/// How many changes at most; null for as many as <see cref="Paging.PageLimits.HistoryDefault"/>.
/// </param>
public sealed record GetOrderHistory(Guid OrderId, Caller Caller, int? Limit = null, string? Cursor = null)
    : IQuery<OrderHistory>
{
    /// <summary>What a cursor of this history is bound to.</summary>
    internal string CursorScope => $"history\n{Caller}\n{OrderId:D}";
}

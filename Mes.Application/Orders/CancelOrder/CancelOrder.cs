using Mes.Application.Messaging;
using Mes.Domain.Callers;

namespace Mes.Application.Orders.CancelOrder;

/// <summary>The seller, or a service for it, cancels an order before its manufacturing starts.</summary>
public sealed record CancelOrder(Guid OrderId, Caller Caller, EntityTagCondition IfMatch, string? Reason)
    : IOrderCommand;

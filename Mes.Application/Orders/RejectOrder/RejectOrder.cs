using Mes.Application.Messaging;
using Mes.Domain.Callers;

namespace Mes.Application.Orders.RejectOrder;

/// <summary>A service rejects an order before its manufacturing starts.</summary>
public sealed record RejectOrder(Guid OrderId, Caller Caller, EntityTagCondition IfMatch, string? Reason)
    : IOrderCommand;

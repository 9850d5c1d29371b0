using Mes.Application.Messaging;
using Mes.Domain.Callers;

namespace Mes.Application.Orders.RejectOrder;

/// <summary>A service turns an order down that is not being made yet.</summary>
public sealed record RejectOrder(Guid OrderId, Caller Caller, EntityTagCondition IfMatch, string? Reason) : IOrderCommand;

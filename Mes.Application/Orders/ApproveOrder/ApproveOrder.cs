using Mes.Application.Messaging;
using Mes.Domain.Callers;

namespace Mes.Application.Orders.ApproveOrder;

/// <summary>Approves the manufacturing of a priced order.</summary>
public sealed record ApproveOrder(Guid OrderId, Caller Caller, EntityTagCondition IfMatch) : IOrderCommand;

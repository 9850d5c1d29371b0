using Mes.Application.Messaging;
using Mes.Domain.Callers;

namespace Mes.Application.Orders.CloseOrder;

/// <summary>Closes a shipped order.</summary>
public sealed record CloseOrder(Guid OrderId, Caller Caller, EntityTagCondition IfMatch) : IOrderCommand;

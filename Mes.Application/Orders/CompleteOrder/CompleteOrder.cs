using Mes.Application.Messaging;
using Mes.Domain.Callers;

namespace Mes.Application.Orders.CompleteOrder;

/// <summary>The operator who claimed the order has made it.</summary>
public sealed record CompleteOrder(Guid OrderId, Caller Caller, EntityTagCondition IfMatch) : IOrderCommand;

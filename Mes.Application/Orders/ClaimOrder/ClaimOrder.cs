using Mes.Application.Messaging;
using Mes.Domain.Callers;

namespace Mes.Application.Orders.ClaimOrder;

/// <summary>An operator takes an approved order; exactly one wins.</summary>
public sealed record ClaimOrder(Guid OrderId, Caller Caller, EntityTagCondition IfMatch) : IOrderCommand;

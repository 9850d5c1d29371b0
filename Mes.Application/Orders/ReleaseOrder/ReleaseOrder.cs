using Mes.Application.Messaging;
using Mes.Domain.Callers;

namespace Mes.Application.Orders.ReleaseOrder;

/// <summary>Gives a claimed order back, so that another operator may take it.</summary>
public sealed record ReleaseOrder(Guid OrderId, Caller Caller, EntityTagCondition IfMatch, string? Reason)
    : IOrderCommand;

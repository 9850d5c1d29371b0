using Mes.Application.Messaging;
using Mes.Domain.Callers;

namespace Mes.Application.Orders.WidgetOrder;

/// <summary>Asks an order for its transition <c>Widget</c>.</summary>
#if (reason)
public sealed record WidgetOrder(Guid OrderId, Caller Caller, EntityTagCondition IfMatch, string? Reason)
    : IOrderCommand;
#else
public sealed record WidgetOrder(Guid OrderId, Caller Caller, EntityTagCondition IfMatch) : IOrderCommand;
#endif

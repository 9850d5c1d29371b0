using Mes.Application.Messaging;
using Mes.Domain.Callers;

namespace Mes.Application.Orders.PackageOrder;

/// <summary>An operator starts to pack a finished order.</summary>
public sealed record PackageOrder(Guid OrderId, Caller Caller, EntityTagCondition IfMatch) : IOrderCommand;

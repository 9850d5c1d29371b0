using Mes.Application.Messaging;
using Mes.Domain.Callers;

namespace Mes.Application.Orders.ShipOrder;

/// <summary>Hands a packed order to a carrier.</summary>
public sealed record ShipOrder(
    Guid OrderId, Caller Caller, EntityTagCondition IfMatch, string? Carrier, string? TrackingNumber) : IOrderCommand;

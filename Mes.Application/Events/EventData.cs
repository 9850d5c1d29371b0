using Mes.Domain.Orders;

namespace Mes.Application.Events;

/// <summary>What an event tells of its order. New fields may come.</summary>
/// <param name="OrderId">The order that was changed.</param>
/// <param name="ExternalId">The seller's own reference.</param>
/// <param name="SellerId">The order's seller.</param>
/// <param name="Version">The version that the change led to.</param>
/// <param name="From">The status before; null for the submission.</param>
/// <param name="To">The status after the change; the same as before where the change kept it.</param>
public sealed record EventData(
    Guid OrderId, string ExternalId, string SellerId, int Version, OrderStatus? From, OrderStatus To)
    : IEventData;

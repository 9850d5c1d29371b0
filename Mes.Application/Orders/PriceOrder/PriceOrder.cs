using Mes.Application.Messaging;
using Mes.Domain.Callers;

namespace Mes.Application.Orders.PriceOrder;

/// <summary>Sets the price, which was calculated elsewhere.</summary>
public sealed record PriceOrder(
    Guid OrderId, Caller Caller, EntityTagCondition IfMatch, decimal? Amount, string? Currency) : IOrderCommand;

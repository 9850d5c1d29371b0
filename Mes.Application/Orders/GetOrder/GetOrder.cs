using Mes.Application.Messaging;
using Mes.Domain.Callers;

namespace Mes.Application.Orders.GetOrder;

/// <summary>One order.</summary>
public sealed record GetOrder(Guid OrderId, Caller Caller) : IOrderQuery;

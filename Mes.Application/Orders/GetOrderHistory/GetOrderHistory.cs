using Mes.Application.Messaging;
using Mes.Domain.Callers;

namespace Mes.Application.Orders.GetOrderHistory;

/// <summary>Every change of one order, oldest first.</summary>
public sealed record GetOrderHistory(Guid OrderId, Caller Caller) : IQuery<OrderHistory>;

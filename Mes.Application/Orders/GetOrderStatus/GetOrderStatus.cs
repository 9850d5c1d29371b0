using Mes.Application.Messaging;
using Mes.Domain.Callers;

namespace Mes.Application.Orders.GetOrderStatus;

/// <summary>The status of one order: the question that sellers poll.</summary>
public sealed record GetOrderStatus(Guid OrderId, Caller Caller) : IOrderQuery;

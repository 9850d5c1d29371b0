using Mes.Application.Orders;
using Mes.Domain.Orders;

namespace Mes.Application.Board;

/// <summary>The first orders of one status, those longest in it first.</summary>
public sealed record BoardColumn(OrderStatus Status, IReadOnlyList<OrderSnapshot> Items);

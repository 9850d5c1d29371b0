using Mes.Domain.Orders;

namespace Mes.Application.Board.GetBoard;

/// <summary>The first cards of one status, those longest in it first.</summary>
public sealed record BoardColumn(OrderStatus Status, IReadOnlyList<OrderCard> Items);

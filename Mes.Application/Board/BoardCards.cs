using Mes.Application.Orders;
using Mes.Domain.Orders;

namespace Mes.Application.Board;

/// <summary>The whole board as of one moment.</summary>
/// <param name="Counts">Of the active statuses; one that is not there has none.</param>
/// <param name="Orders">Of each status those that are in it longest, in this order.</param>
public sealed record BoardCards(IReadOnlyDictionary<OrderStatus, int> Counts, IReadOnlyList<OrderSnapshot> Orders);

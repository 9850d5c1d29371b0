using Mes.Domain.Orders;

namespace Mes.Application.Statistics.GetThroughput;

/// <summary>One day, in UTC.</summary>
/// <param name="Date">Which day.</param>
/// <param name="Entered">How many orders entered each status on this day, including 0.</param>
public sealed record ThroughputDay(DateOnly Date, IReadOnlyDictionary<OrderStatus, int> Entered);

using Mes.Domain.Orders;

namespace Mes.Application.Statistics.GetThroughput;

/// <summary>How orders flow through the factory.</summary>
/// <param name="Days">One for each day in UTC, oldest first; days without a change are included.</param>
/// <param name="TimeInStatus">For every status that orders can leave: the orders that left it in these days.</param>
public sealed record Throughput(
    IReadOnlyList<ThroughputDay> Days,
    IReadOnlyDictionary<OrderStatus, TimeInStatus> TimeInStatus);

using Mes.Application.Statistics.GetThroughput;
using Mes.Domain.Orders;

namespace Mes.Application.Statistics;

/// <summary>Counts over the orders' history. Each answer is one snapshot.</summary>
public interface IThroughputReader
{
    /// <param name="since">The first day, in UTC.</param>
    /// <returns>Only the days and statuses with a change.</returns>
    /// <exception cref="Persistence.DependencyUnavailableException">The database does not answer.</exception>
    Task<(IReadOnlyList<(DateOnly Day, OrderStatus Status, int Count)> Entered,
        IReadOnlyDictionary<OrderStatus, TimeInStatus> TimeInStatus)>
        ReadAsync(DateOnly since, CancellationToken cancellationToken);
}

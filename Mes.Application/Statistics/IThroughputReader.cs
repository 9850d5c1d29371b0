using Mes.Application.Statistics.GetThroughput;
using Mes.Domain.Orders;

namespace Mes.Application.Statistics;

/// <summary>Counts over the orders' history. Each answer is one snapshot.</summary>
public interface IThroughputReader
{
    /// <param name="since">The first day, in UTC.</param>
    /// <returns>What there is: days and statuses without any change are left out.</returns>
    /// <exception cref="Persistence.DependencyUnavailableException">The database is away.</exception>
    Task<(IReadOnlyList<(DateOnly Day, OrderStatus Status, int Count)> Entered, IReadOnlyDictionary<OrderStatus, TimeInStatus> TimeInStatus)>
        ReadAsync(DateOnly since, CancellationToken cancellationToken);
}

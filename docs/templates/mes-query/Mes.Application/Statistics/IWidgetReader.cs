using Mes.Application.Statistics.GetWidget;

namespace Mes.Application.Statistics;

/// <summary>Counts a seller's orders in the database.</summary>
public interface IWidgetReader
{
    /// <exception cref="Persistence.DependencyUnavailableException">The database is away.</exception>
    Task<Widget> ReadAsync(string sellerId, CancellationToken cancellationToken);
}

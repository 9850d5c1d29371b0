using Mes.Application.Caching;
using Mes.Application.Snapshots;
using Mes.Infrastructure.Coordination;
using Mes.Infrastructure.Redis;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Mes.Infrastructure.Caching.Orders;

/// <summary>The questions of all cells.</summary>
internal sealed class OrderQuestions(
    SendQuestion send,
    KeySpace keys,
    Licences licences,
    Cells cells,
    IOptions<CacheOptions> options,
    CacheMetrics metrics,
    TimeProvider clock,
    ILogger<OrderQuestions> logger)
{
    private readonly CellQuestions?[] _cells = new CellQuestions?[cells.Count];

    /// <summary>Reads an order from the cache, with all other reads of its cell that are waiting.</summary>
    public Task<CacheRead<OrderSnapshot>> AskAsync(int cell, Guid orderId) => Of(cell).AskAsync(orderId);

    /// <inheritdoc cref="CellQuestions.Remove"/>
    public void Remove(int cell, Guid orderId) => Of(cell).Remove(orderId);

    private CellQuestions Of(int cell) =>
        LazyInitializer.EnsureInitialized(
            ref _cells[cell],
            () => new CellQuestions(cell, send, keys, licences, options.Value, metrics, clock, logger));
}

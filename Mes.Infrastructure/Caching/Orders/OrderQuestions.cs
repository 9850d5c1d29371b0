using Mes.Application.Caching;
using Mes.Application.Snapshots;
using Mes.Infrastructure.Coordination;
using Mes.Infrastructure.Redis;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Mes.Infrastructure.Caching.Orders;

/// <summary>The questions of all cells.</summary>
internal sealed class OrderQuestions(
    RedisRouter redis,
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

    private CellQuestions Of(int cell) => Volatile.Read(ref _cells[cell]) ?? Begin(cell);

    /// <summary>In a method of its own, so that a read whose cell has begun allocates nothing for it.</summary>
    private CellQuestions Begin(int cell)
    {
        var begun = new CellQuestions(
            new CellAccess(cell, redis, keys, licences), options.Value, metrics, clock, logger);
        return Interlocked.CompareExchange(ref _cells[cell], begun, null) ?? begun;
    }
}

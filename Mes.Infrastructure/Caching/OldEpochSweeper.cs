using Mes.Infrastructure.Licensing;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace Mes.Infrastructure.Caching;

/// <summary>
/// Removes the keys of epochs that are over: nobody reads them any more, and where nothing is evicted they would stay for ever.
/// In the background and in small steps; several instances doing it at once only do it sooner.
/// </summary>
internal sealed partial class OldEpochSweeper(
    RedisConnection connection,
    ICacheHealth cache,
    Licences licences,
    ReadySignal ready,
    TimeProvider clock,
    ILogger<OldEpochSweeper> logger)
    : BackgroundService
{
    private const int PageSize = 250;
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);

    /// <returns>How many keys were removed.</returns>
    public async Task<int> SweepAsync(long currentEpoch, CancellationToken cancellationToken)
    {
        var multiplexer = await connection.ConnectAsync();
        var server = multiplexer.GetServer(multiplexer.GetEndPoints()[0]);
        var database = multiplexer.GetDatabase();
        List<RedisKey> old = [];
        var removed = 0;
        await foreach (var key in server.KeysAsync(pattern: CacheKeys.Everything, pageSize: PageSize).WithCancellation(cancellationToken))
        {
            if (CacheKeys.EpochOf(key!) is { } epoch && epoch != currentEpoch)
            {
                old.Add(key);
            }

            if (old.Count >= PageSize)
            {
                removed += await RemoveAsync(database, old);
                await Task.Delay(Pause, clock, cancellationToken);
            }
        }

        return removed + await RemoveAsync(database, old);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await ready.WaitAsync(stoppingToken);
        long? swept = null;
        using var timer = new PeriodicTimer(LookEvery, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                if (cache.IsAnswering && licences.TryGetEpoch(cache.Connected, out var epoch, out _) && epoch != swept)
                {
                    Swept(epoch, await SweepAsync(epoch, stoppingToken));
                    swept = epoch;
                }
            }
            catch (Exception exception) when (exception is RedisException or TimeoutException)
            {
                NotSwept(exception);
            }
        }
    }

    private static async Task<int> RemoveAsync(IDatabase database, List<RedisKey> keys)
    {
        // One by one within a pipeline: on a cluster they may lie on several nodes.
        await Task.WhenAll(keys.Select(key => database.KeyDeleteAsync(key)));
        var count = keys.Count;
        keys.Clear();
        return count;
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "Before epoch {Epoch}: {Count} keys removed")]
    private partial void Swept(long epoch, int count);

    [LoggerMessage(Level = LogLevel.Information, Message = "Keys of old epochs could not be removed; trying again")]
    private partial void NotSwept(Exception exception);
}

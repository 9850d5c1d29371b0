using Mes.Infrastructure.Coordination;
using Mes.Infrastructure.Persistence;
using Mes.Infrastructure.Redis;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace Mes.Infrastructure.Caching;

/// <summary>
/// Removes the keys of epochs that are over. No instance reads them any more, and a Redis that evicts nothing would
/// keep them for ever. Works in the background and in small steps. Several instances at once only finish sooner.
/// </summary>
internal sealed partial class OldEpochSweeper(
    RedisConnection connection,
    KeySpace keys,
    ReadySignal ready,
    TimeProvider clock,
    ILogger<OldEpochSweeper> logger)
    : BackgroundService
{
    private const int PageSize = 250;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);

    private readonly RecurringFailure _failure = new("Removing the keys of old epochs", logger);

    /// <param name="current">The present epoch of every cell.</param>
    /// <returns>How many keys were removed.</returns>
    public async Task<int> SweepAsync(IReadOnlyList<CacheEpoch> current, CancellationToken cancellationToken)
    {
        var multiplexer = await connection.ConnectAsync();
        var database = multiplexer.GetDatabase();
        List<RedisKey> old = [];
        var removed = 0;
        var masters = multiplexer.GetServers().Where(server => server is { IsConnected: true, IsReplica: false });
        foreach (var server in masters)
        {
            var all = server.KeysAsync(pattern: KeySpace.Everything, pageSize: PageSize);
            await foreach (var key in all.WithCancellation(cancellationToken))
            {
                if (KeySpace.EpochOf(key!) is { } epoch
                    && (epoch.Cell >= current.Count || epoch.Number != current[epoch.Cell].Number))
                {
                    old.Add(key);
                }

                if (old.Count >= PageSize)
                {
                    removed += await RemoveAsync(database, old);
                    await Task.Delay(Pause, clock, cancellationToken);
                }
            }
        }

        return removed + await RemoveAsync(database, old);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await ready.WaitAsync(stoppingToken);
        long[] swept = [];
        using var timer = new PeriodicTimer(Interval, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                if (keys.TryGetEpochs(out var current, out _)
                    && !current.Select(epoch => epoch.Number).SequenceEqual(swept))
                {
                    Swept(await SweepAsync(current, stoppingToken));
                    swept = [.. current.Select(epoch => epoch.Number)];
                    _failure.Worked();
                }
            }
            catch (Exception exception) when (exception is RedisException or TimeoutException)
            {
                _failure.Failed(exception);
            }
        }
    }

    private static async Task<int> RemoveAsync(IDatabase database, List<RedisKey> keys)
    {
        // One command for each key, in a pipeline: on a cluster the keys may be on several nodes.
        await Task.WhenAll(keys.Select(key => database.KeyDeleteAsync(key)));
        var count = keys.Count;
        keys.Clear();
        return count;
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "{Count} keys of old epochs removed")]
    private partial void Swept(int count);
}

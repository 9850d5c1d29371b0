using Mes.Infrastructure.Coordination;
using Mes.Infrastructure.Persistence;
using Mes.Infrastructure.Redis;
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
    KeySpace keys,
    ReadySignal ready,
    TimeProvider clock,
    ILogger<OldEpochSweeper> logger)
    : BackgroundService
{
    private const int PageSize = 250;
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);

    /// <param name="current">Of every cell.</param>
    /// <returns>How many keys were removed.</returns>
    public async Task<int> SweepAsync(IReadOnlyList<CacheEpoch> current, CancellationToken cancellationToken)
    {
        var multiplexer = await connection.ConnectAsync();
        var database = multiplexer.GetDatabase();
        List<RedisKey> old = [];
        var removed = 0;
        foreach (var server in multiplexer.GetServers().Where(server => server is { IsConnected: true, IsReplica: false }))
        {
            await foreach (var key in server.KeysAsync(pattern: KeySpace.Everything, pageSize: PageSize).WithCancellation(cancellationToken))
            {
                if (KeySpace.EpochOf(key!) is { } epoch && (epoch.Cell >= current.Count || epoch.Number != current[epoch.Cell].Number))
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
        using var timer = new PeriodicTimer(LookEvery, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                if (keys.TryGetEpochs(out var current, out _) && !current.Select(epoch => epoch.Number).SequenceEqual(swept))
                {
                    Swept(await SweepAsync(current, stoppingToken));
                    swept = [.. current.Select(epoch => epoch.Number)];
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

    [LoggerMessage(Level = LogLevel.Debug, Message = "{Count} keys of old epochs removed")]
    private partial void Swept(int count);

    [LoggerMessage(Level = LogLevel.Information, Message = "Keys of old epochs could not be removed; trying again")]
    private partial void NotSwept(Exception exception);
}

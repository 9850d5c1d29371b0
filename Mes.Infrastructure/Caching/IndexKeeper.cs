using System.Collections.Concurrent;
using System.Threading.Channels;
using Mes.Application.Caching;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Mes.Infrastructure.Caching;

/// <summary>
/// Sees to it that the indexes are whole: the board's from the start of an epoch, a seller's once somebody asks for it (on a small
/// database all of them from the start). Also puts orders back that an index has and whose entries were evicted or have expired.
/// </summary>
internal sealed partial class IndexKeeper(
    IndexBuilder builder,
    IndexSource source,
    OrderRefresher refresher,
    CacheKeys keys,
    Cells cells,
    ReadySignal ready,
    TimeProvider clock,
    ILogger<IndexKeeper> logger)
    : BackgroundService
{
    /// <summary>Up to so many orders, building everything at the start takes no time worth saving.</summary>
    private const int SmallDatabase = 10_000;

    /// <summary>More are forgotten; they are asked for again if they are still wanted.</summary>
    private const int MostWanted = 1_000;
    private const int MostToFill = 1_000;

    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(200);

    private readonly Wanted _board = new();
    private readonly Wanted _sellers = new();
    private readonly Channel<Guid> _toFill = Channel.CreateBounded<Guid>(
        new BoundedChannelOptions(MostToFill) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

    /// <summary>Somebody has asked for an index that is not whole.</summary>
    public void Want(IndexGroup group)
    {
        var wanted = group.SellerId is null ? _board : _sellers;
        if (wanted.Groups.Count < MostWanted && wanted.Groups.TryAdd(group, true))
        {
            wanted.Signal.Release();
        }
    }

    /// <summary>An index has an order whose entry is not there.</summary>
    public void Fill(string? member)
    {
        if (OrderMember.TryParse(member, out var orderId))
        {
            _toFill.Writer.TryWrite(orderId);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await ready.WaitAsync(stoppingToken);
        await Task.WhenAll(WatchEpochAsync(stoppingToken), BuildAsync(_board, stoppingToken), BuildAsync(_sellers, stoppingToken), FillAsync(stoppingToken));
    }

    private async Task WatchEpochAsync(CancellationToken stoppingToken)
    {
        var seen = new long?[cells.Count];
        using var timer = new PeriodicTimer(LookEvery, clock);
        do
        {
            // Each cell for itself: where a node is away, the others have no reason to wait.
            var current = seen.Select((before, cell) => keys.TryGet(cell, out var epoch, out _) ? epoch.Number : before).ToArray();
            if (current.SequenceEqual(seen))
            {
                continue;
            }

            try
            {
                Want(IndexGroup.Board);
                foreach (var seller in await source.FindSellersAsync(SmallDatabase, stoppingToken) ?? [])
                {
                    Want(new IndexGroup(seller));
                }

                seen = current;
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                Failed(exception);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task BuildAsync(Wanted wanted, CancellationToken stoppingToken)
    {
        while (true)
        {
            // What is busy elsewhere, or failed, is tried again after a while.
            await wanted.Signal.WaitAsync(LookEvery, stoppingToken);
            foreach (var group in wanted.Groups.Keys)
            {
                try
                {
                    if (await builder.BuildAsync(group, stoppingToken) == IndexBuild.Whole)
                    {
                        wanted.Groups.TryRemove(group, out _);
                    }
                }
                catch (Exception exception) when (exception is not OperationCanceledException)
                {
                    Failed(exception);
                }
            }
        }
    }

    private async Task FillAsync(CancellationToken stoppingToken)
    {
        await foreach (var orderId in _toFill.Reader.ReadAllAsync(stoppingToken))
        {
            try
            {
                await refresher.RefreshAsync(orderId, [], stoppingToken);
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                Failed(exception);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "An index of the cache could not be looked after; trying again")]
    private partial void Failed(Exception exception);

    private sealed class Wanted
    {
        public ConcurrentDictionary<IndexGroup, bool> Groups { get; } = new();

        public SemaphoreSlim Signal { get; } = new(0);
    }
}

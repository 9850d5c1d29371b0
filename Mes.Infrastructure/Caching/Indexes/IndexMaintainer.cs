using System.Collections.Concurrent;
using System.Threading.Channels;
using Mes.Application.Caching;
using Mes.Infrastructure.Caching.Keys;
using Mes.Infrastructure.Coordination;
using Mes.Infrastructure.Persistence;
using Mes.Infrastructure.Redis;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Mes.Infrastructure.Caching.Indexes;

/// <summary>
/// Keeps the indexes whole: the board's from the start of an epoch, a seller's once a caller asks for it (in a small
/// database all of them from the start). Also puts orders back whose entries were evicted or have expired while an
/// index still has them.
/// </summary>
internal sealed partial class IndexMaintainer(
    IndexBuilder builder,
    IndexBuildMarks marks,
    OrderRefresher refresher,
    IndexSource source,
    KeySpace keys,
    Cells cells,
    ReadySignal ready,
    TimeProvider clock,
    ILogger<IndexMaintainer> logger)
    : BackgroundService
{
    /// <summary>With at most so many orders, building every index at the start takes hardly any time.</summary>
    private const int SmallDatabase = 10_000;

    /// <summary>More requests are dropped; readers who still need an index request it again.</summary>
    private const int MaxRequests = 1_000;
    private const int MaxRepairs = 1_000;

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);

    private readonly RecurringFailure _watchFailure = new("Finding out which indexes the cache should have", logger);
    private readonly RecurringFailure _buildFailure = new("Building an index of the cache", logger);
    private readonly RecurringFailure _repairFailure = new("Repairing an index of the cache", logger);
    private readonly Requests _board = new();
    private readonly Requests _sellers = new();
    private readonly Channel<(int Cell, IndexGroup Group, string Member)> _repairs =
        Channel.CreateBounded<(int, IndexGroup, string)>(
            new BoundedChannelOptions(MaxRepairs) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

    /// <summary>Requests that indexes be built, because a reader found them not whole.</summary>
    public void Request(IndexGroup group)
    {
        var requests = group.SellerId is null ? _board : _sellers;
        if (requests.Groups.Count < MaxRequests && requests.Groups.TryAdd(group, true))
        {
            requests.Signal.Release();
        }
    }

    /// <summary>
    /// Requests the repair of a member of an index whose entry is missing, or is not that of an order of the group and
    /// the cell.
    /// </summary>
    public void Repair(int cell, IndexGroup group, string? member)
    {
        if (member is not null)
        {
            _repairs.Writer.TryWrite((cell, group, member));
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await ready.WaitAsync(stoppingToken);
        await Task.WhenAll(
            WatchEpochsAsync(stoppingToken),
            BuildAsync(_board, stoppingToken),
            BuildAsync(_sellers, stoppingToken),
            RepairAsync(stoppingToken));
    }

    private async Task WatchEpochsAsync(CancellationToken stoppingToken)
    {
        var seen = new long?[cells.Count];
        using var timer = new PeriodicTimer(Interval, clock);
        do
        {
            // Each cell on its own: while one node is away, the other cells have no reason to wait.
            var current = seen
                .Select((before, cell) => keys.TryGetEpoch(cell, out var epoch, out _) ? epoch.Number : before)
                .ToArray();
            if (current.SequenceEqual(seen))
            {
                continue;
            }

            try
            {
                Request(IndexGroup.Board);
                foreach (var seller in await source.FindSellersAsync(SmallDatabase, stoppingToken) ?? [])
                {
                    Request(new IndexGroup(seller));
                }

                seen = current;
                _watchFailure.Worked();
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                _watchFailure.Failed(exception);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task BuildAsync(Requests requests, CancellationToken stoppingToken)
    {
        while (true)
        {
            // A build that failed, or that another instance has under way, is tried again after a while.
            await requests.Signal.WaitAsync(Interval, stoppingToken);
            foreach (var group in requests.Groups.Keys)
            {
                try
                {
                    if (await builder.BuildAsync(group, stoppingToken) == IndexBuildResult.Whole)
                    {
                        requests.Groups.TryRemove(group, out _);
                        _buildFailure.Worked();
                    }
                }
                catch (Exception exception) when (exception is not OperationCanceledException)
                {
                    _buildFailure.Failed(exception);
                }
            }
        }
    }

    private async Task RepairAsync(CancellationToken stoppingToken)
    {
        await foreach (var (cell, group, member) in _repairs.Reader.ReadAllAsync(stoppingToken))
        {
            try
            {
                if (OrderMember.TryParse(member, out var orderId)
                    && cells.Of(orderId) == cell
                    && await source.KnowsAsync(group, orderId, stoppingToken))
                {
                    await refresher.RefreshAsync(orderId, [], stoppingToken);
                }
                else
                {
                    await marks.EvictAsync(cell, group, member);
                    Request(group);
                }

                _repairFailure.Worked();
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                _repairFailure.Failed(exception);
            }
        }
    }

    private sealed class Requests
    {
        public ConcurrentDictionary<IndexGroup, bool> Groups { get; } = new();

        public SemaphoreSlim Signal { get; } = new(0);
    }
}

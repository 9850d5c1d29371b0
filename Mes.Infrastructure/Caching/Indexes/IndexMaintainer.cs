using System.Collections.Concurrent;
using System.Threading.Channels;
using Mes.Infrastructure.Caching.Keys;
using Mes.Infrastructure.Coordination;
using Mes.Infrastructure.Persistence;
using Mes.Infrastructure.Redis;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Mes.Infrastructure.Caching.Indexes;

/// <summary>
/// Sees to it that the indexes are whole: the board's from the start of an epoch, a seller's once somebody asks for it (on a small
/// database all of them from the start). Also puts orders back that an index has and whose entries were evicted or have expired.
/// </summary>
internal sealed partial class IndexMaintainer(
    IndexBuilder builder,
    IndexSource source,
    KeySpace keys,
    Cells cells,
    ReadySignal ready,
    TimeProvider clock,
    ILogger<IndexMaintainer> logger)
    : BackgroundService
{
    /// <summary>Up to so many orders, building everything at the start takes no time worth saving.</summary>
    private const int SmallDatabase = 10_000;

    /// <summary>More are forgotten; they are asked for again if they are still wanted.</summary>
    private const int MostWanted = 1_000;
    private const int MostToMend = 1_000;

    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(200);

    private readonly Wanted _board = new();
    private readonly Wanted _sellers = new();
    private readonly Channel<(int Cell, IndexGroup Group, string Member)> _toMend = Channel.CreateBounded<(int, IndexGroup, string)>(
        new BoundedChannelOptions(MostToMend) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

    /// <summary>Somebody has asked for an index that is not whole.</summary>
    public void Want(IndexGroup group)
    {
        var wanted = group.SellerId is null ? _board : _sellers;
        if (wanted.Groups.Count < MostWanted && wanted.Groups.TryAdd(group, true))
        {
            wanted.Signal.Release();
        }
    }

    /// <summary>An index has a member whose entry is not there, or not that of an order of the group and the cell.</summary>
    public void Mend(int cell, IndexGroup group, string? member)
    {
        if (member is not null)
        {
            _toMend.Writer.TryWrite((cell, group, member));
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await ready.WaitAsync(stoppingToken);
        await Task.WhenAll(WatchEpochAsync(stoppingToken), BuildAsync(_board, stoppingToken), BuildAsync(_sellers, stoppingToken), MendAsync(stoppingToken));
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
                Failed(DatabaseTrouble.Explain(exception));
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
                    if (await builder.BuildAsync(group, stoppingToken) == IndexBuildResult.Whole)
                    {
                        wanted.Groups.TryRemove(group, out _);
                    }
                }
                catch (Exception exception) when (exception is not OperationCanceledException)
                {
                    Failed(DatabaseTrouble.Explain(exception));
                }
            }
        }
    }

    private async Task MendAsync(CancellationToken stoppingToken)
    {
        await foreach (var (cell, group, member) in _toMend.Reader.ReadAllAsync(stoppingToken))
        {
            try
            {
                if (OrderMember.TryParse(member, out var orderId) && cells.Of(orderId) == cell && await source.KnowsAsync(group, orderId, stoppingToken))
                {
                    await builder.FillAsync(orderId, stoppingToken);
                }
                else
                {
                    await builder.ForgetAsync(cell, group, member);
                    Want(group);
                }
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                Failed(DatabaseTrouble.Explain(exception));
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "An index of the cache could not be looked after; trying again ({Trouble})")]
    private partial void Failed(string trouble);

    private sealed class Wanted
    {
        public ConcurrentDictionary<IndexGroup, bool> Groups { get; } = new();

        public SemaphoreSlim Signal { get; } = new(0);
    }
}

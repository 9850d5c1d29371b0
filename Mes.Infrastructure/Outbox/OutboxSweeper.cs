using System.Threading.Channels;
using Mes.Infrastructure.Coordination;
using Mes.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Mes.Infrastructure.Outbox;

/// <summary>
/// Deletes the outbox rows of changes whose put is confirmed, in batches and off the path of requests. If the process
/// dies or the database is away, rows remain; the relay then finds that the cache has their changes.
/// </summary>
internal sealed class OutboxSweeper(
    IDbContextFactory<MesDbContext> contexts,
    IDatabaseEngine engine,
    SettledSignal settled,
    TimeProvider clock,
    ILogger<OutboxSweeper> logger)
    : BackgroundService
{
    private const int BatchSize = 500;

    /// <summary>Long enough to gather a batch, and well below the age at which the relay looks at a row.</summary>
    private static readonly TimeSpan Gather = TimeSpan.FromMilliseconds(50);

    private readonly RecurringFailure _failure = new("Deleting outbox rows, which the relay then has to do,", logger);
    private readonly Channel<Confirmed> _confirmed = Channel.CreateBounded<Confirmed>(
        new BoundedChannelOptions(100_000) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

    public void Sweep(Guid orderId, int version) => _confirmed.Writer.TryWrite(new Confirmed(orderId, version, 0));

    public void Sweep(long rowId) => _confirmed.Writer.TryWrite(new Confirmed(default, 0, rowId));

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var batch = new List<Confirmed>(BatchSize);
        while (await _confirmed.Reader.WaitToReadAsync(stoppingToken))
        {
            await Task.Delay(Gather, clock, stoppingToken);
            batch.Clear();
            while (batch.Count < BatchSize && _confirmed.Reader.TryRead(out var confirmed))
            {
                batch.Add(confirmed);
            }

            try
            {
                await DeleteAsync(batch, stoppingToken);
                settled.Set();
                _failure.Worked();
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                _failure.Failed(exception);
            }
        }
    }

    private async Task DeleteAsync(List<Confirmed> batch, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var rowIds = batch.Where(change => change.RowId != 0).Select(change => change.RowId).ToArray();
        if (rowIds.Length > 0)
        {
            await context.Outbox.Where(row => rowIds.Contains(row.Id)).ExecuteDeleteAsync(cancellationToken);
        }

        // Exactly the versions that were put, not all up to them: an older row may have tags that are not renewed yet.
        var changes = batch.Where(change => change.RowId == 0).ToArray();
        if (changes.Length > 0)
        {
            await engine.DeleteConfirmedAsync(
                context,
                [.. changes.Select(change => change.OrderId)],
                [.. changes.Select(change => change.Version)],
                cancellationToken);
        }
    }

    private readonly record struct Confirmed(Guid OrderId, int Version, long RowId);
}

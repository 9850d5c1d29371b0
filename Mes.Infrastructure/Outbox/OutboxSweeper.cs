using System.Threading.Channels;
using Mes.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Mes.Infrastructure.Outbox;

/// <summary>
/// Deletes the outbox rows of changes that the cache has, in batches and off the requests' path. What it does not get to
/// delete, because the process dies or the database is away, the relay takes: it finds that the cache has it already.
/// </summary>
internal sealed partial class OutboxSweeper(
    IDbContextFactory<MesDbContext> contexts,
    IDatabaseEngine engine,
    TimeProvider clock,
    ILogger<OutboxSweeper> logger)
    : BackgroundService
{
    private const int BatchSize = 500;

    /// <summary>Long enough to gather a batch, and well below the age at which the relay looks at a row.</summary>
    private static readonly TimeSpan Gather = TimeSpan.FromMilliseconds(50);

    private readonly Channel<Settled> _settled = Channel.CreateBounded<Settled>(
        new BoundedChannelOptions(100_000) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

    public void Sweep(Guid orderId, int version) => _settled.Writer.TryWrite(new Settled(orderId, version, 0));

    public void Sweep(long rowId) => _settled.Writer.TryWrite(new Settled(default, 0, rowId));

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var batch = new List<Settled>(BatchSize);
        while (await _settled.Reader.WaitToReadAsync(stoppingToken))
        {
            await Task.Delay(Gather, clock, stoppingToken);
            batch.Clear();
            while (batch.Count < BatchSize && _settled.Reader.TryRead(out var settled))
            {
                batch.Add(settled);
            }

            try
            {
                await DeleteAsync(batch, stoppingToken);
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                LeftToTheRelay(batch.Count, exception);
            }
        }
    }

    private async Task DeleteAsync(List<Settled> batch, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var rowIds = batch.Where(settled => settled.RowId != 0).Select(settled => settled.RowId).ToArray();
        if (rowIds.Length > 0)
        {
            await context.Outbox.Where(row => rowIds.Contains(row.Id)).ExecuteDeleteAsync(cancellationToken);
        }

        // Exactly the versions that were put, not all up to them: an older row may carry tags that nobody has renewed yet.
        var changes = batch.Where(settled => settled.RowId == 0).ToArray();
        if (changes.Length > 0)
        {
            await engine.DeleteConfirmedAsync(
                context, [.. changes.Select(change => change.OrderId)], [.. changes.Select(change => change.Version)], cancellationToken);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Count} outbox rows were not deleted; the relay will do it")]
    private partial void LeftToTheRelay(int count, Exception exception);

    private readonly record struct Settled(Guid OrderId, int Version, long RowId);
}

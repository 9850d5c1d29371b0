using Mes.Application.Persistence;
using Mes.Infrastructure.Coordination;
using Mes.Infrastructure.Persistence;
using Mes.Infrastructure.Persistence.Model;
using Mes.Infrastructure.Redis;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace Mes.Infrastructure.Outbox;

/// <summary>
/// Hands a change over that this instance could not put, and waits until it is safe to acknowledge. Its row is marked
/// overdue. The mark takes the order out of every licence that is granted from then on, and calls the relays of all
/// instances. The change is safe once the row is gone, or once every licence that was granted before the mark has run
/// out, or once a confirmed outage mark says that no instance holds a licence.
/// </summary>
internal sealed partial class OverdueChanges(
    IDbContextFactory<MesDbContext> contexts,
    IDatabaseEngine engine,
    ICacheHealth cache,
    OutageMarks outage,
    Cells cells,
    SettledSignal settled,
    TransientRetry retry,
    TimeProvider clock,
    ILogger<OverdueChanges> logger)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(50);

    /// <param name="hasRow">False for a request that changed nothing; a row is written for it.</param>
    /// <exception cref="DependencyUnavailableException">The database does not answer.</exception>
    public async Task HandOverAsync(Guid orderId, int version, IReadOnlyCollection<string> tags, bool hasRow)
    {
        // With the cache off there is nothing to wait for. It should be off everywhere; if another instance has it on,
        // the relay of that instance repairs what it has cached.
        if (cache.IsDisabled)
        {
            settled.Set();
            return;
        }

        Overdue(orderId, version);
        var cell = cells.Of(orderId);
        if (hasRow)
        {
            await ExecuteAsync($$"""{{Mark(cell)}} WHERE order_id = {0} AND version = {1}""", orderId, version);
        }
        else
        {
            var insert = $$"""
                INSERT INTO outbox (order_id, version, tags, overdue_at, due_at, attempts, cell, overdue_epoch)
                VALUES ({0}, {1}, {2}, {{engine.Now()}}, {{engine.Now()}}, 0, {{cell}}, {{PresentEpoch(cell)}})
                """;
            await ExecuteAsync(insert, orderId, version, string.Join(' ', tags));
        }

        await WaitAsync(
            cell, context => context.Outbox.Where(row => row.OrderId == orderId && row.Version == version));
        settled.Set();
    }

    /// <summary>
    /// Marks rows overdue that have no writer any more, and that no relay takes because an outage mark stands. Then
    /// licences that are granted after the outage exclude their orders.
    /// </summary>
    /// <param name="cell">The cell of their orders.</param>
    public Task MarkAbandonedAsync(int cell, IReadOnlyCollection<long> rowIds) =>
        ExecuteAsync($"{Mark(cell)} WHERE overdue_at IS NULL AND id IN ({string.Join(", ", rowIds)})");

    /// <summary>For a change of something other than an order.</summary>
    /// <exception cref="DependencyUnavailableException">The database does not answer.</exception>
    public async Task HandOverAsync(long rowId)
    {
        if (cache.IsDisabled)
        {
            return;
        }

        await ExecuteAsync($$"""{{Mark(Cells.Common)}} WHERE id = {0}""", rowId);
        await WaitAsync(Cells.Common, context => context.Outbox.Where(row => row.Id == rowId));
    }

    /// <summary>For a request that changed nothing, or whose row is not known; a row is written for it.</summary>
    /// <exception cref="DependencyUnavailableException">The database does not answer.</exception>
    public async Task HandOverAsync(IReadOnlyCollection<string> tags)
    {
        if (cache.IsDisabled)
        {
            return;
        }

        await HandOverAsync(await retry.RunAsync(
            async token =>
            {
                await using var context = await contexts.CreateDbContextAsync(token);
                var row = new OutboxRow { Tags = string.Join(' ', tags) };
                context.Add(row);
                await context.SaveChangesAsync(token);
                return row.Id;
            },
            CancellationToken.None));
    }

    private string Mark(int cell) => $"""
        UPDATE outbox
        SET overdue_at = coalesce(overdue_at, {engine.Now()}), due_at = {engine.Now()},
            cell = {cell}, overdue_epoch = coalesce(overdue_epoch, {PresentEpoch(cell)})
        """;

    // Read after the commit of the change, so that what is cached in a later epoch has the change. Null if the cache
    // has another number of cells than this instance, because the number may then mean another cell.
    private string PresentEpoch(int cell) => $"""
        (SELECT k.epoch FROM cache_cells AS k
         WHERE k.cell = {cell} AND (SELECT COUNT(*) FROM cache_cells) = {cells.Count})
        """;

    private async Task WaitAsync(int cell, Func<MesDbContext, IQueryable<OutboxRow>> rows)
    {
        // Counted from the mark on: licences that were requested before may not know of it, later ones do.
        var marked = clock.GetTimestamp();
        for (var pause = FirstPause; ; pause = Min(pause * 2, LongestPause))
        {
            var isThere = await retry.RunAsync(
                async token =>
                {
                    await using var context = await contexts.CreateDbContextAsync(token);
                    return await rows(context).AnyAsync(token) && !await outage.IsConfirmedAsync(context, cell, token);
                },
                CancellationToken.None);
            var waited = clock.GetElapsedTime(marked);
            if (!isThere || waited > LicenceTerms.AllExpired)
            {
                return;
            }

            if (waited > LicenceTerms.Term)
            {
                // No relay has put it: this is not one slow put, but an outage. Later changes need not wait then.
                await outage.SetAsync(cell);
            }

            await Task.Delay(pause, clock);
        }
    }

    private Task ExecuteAsync(string sql, params object[] parameters) =>
        retry.RunAsync(
            async token =>
            {
                await using var context = await contexts.CreateDbContextAsync(token);
                return await context.Database.ExecuteSqlRawAsync(sql, parameters, token);
            },
            CancellationToken.None);

    private static TimeSpan Min(TimeSpan a, TimeSpan b) => a < b ? a : b;

    [LoggerMessage(Level = LogLevel.Debug, Message =
        "Version {Version} of order {Order} could not be put; it is left to others")]
    private partial void Overdue(Guid order, int version);
}

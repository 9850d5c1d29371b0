using Mes.Infrastructure.Coordination;
using Mes.Infrastructure.Persistence;
using Mes.Infrastructure.Persistence.Model;
using Mes.Infrastructure.Redis;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace Mes.Infrastructure.Outbox;

/// <summary>
/// Makes a change that this instance could not put safe to acknowledge. Its row is marked overdue, which takes the order out
/// of every licence that is given from then on, and calls the relays of all instances. It may be acknowledged when the row is
/// gone; or when every licence that was given before the mark has run out; or when a confirmed outage mark says that nobody
/// holds a licence at all.
/// </summary>
internal sealed partial class OverdueChanges(
    IDbContextFactory<MesDbContext> contexts,
    IDatabaseEngine engine,
    ICacheHealth cache,
    OutageMarks outage,
    Cells cells,
    TransientRetry retry,
    TimeProvider clock,
    ILogger<OverdueChanges> logger)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(50);

    /// <param name="hasRow">False for a request that changed nothing: it gets a row of its own.</param>
    /// <exception cref="DependencyUnavailableException">The database does not answer.</exception>
    public async Task SettleAsync(Guid orderId, int version, IReadOnlyCollection<string> tags, bool hasRow)
    {
        // Where the cache is turned off there is nothing to wait for: it is to be turned off everywhere, and what an
        // instance beside this one has cached is repaired by its relay.
        if (cache.IsDisabled || !Guards.Overdue)
        {
            return;
        }

        Overdue(orderId, version);
        if (hasRow)
        {
            await ExecuteAsync($$"""{{Mark(cells.Of(orderId))}} WHERE order_id = {0} AND version = {1}""", orderId, version);
        }
        else
        {
            var insert = $$"""
                INSERT INTO outbox (order_id, version, tags, overdue_at, due_at, attempts, cell, overdue_epoch)
                VALUES ({0}, {1}, {2}, {{engine.Now()}}, {{engine.Now()}}, 0, {{cells.Of(orderId)}}, {{PresentEpoch(cells.Of(orderId))}})
                """;
            await ExecuteAsync(insert, orderId, version, string.Join(' ', tags));
        }

        await WaitAsync(cells.Of(orderId), context => context.Outbox.Where(row => row.OrderId == orderId && row.Version == version));
    }

    /// <summary>For a change of something other than an order.</summary>
    /// <exception cref="DependencyUnavailableException">The database does not answer.</exception>
    public async Task SettleAsync(long rowId)
    {
        if (cache.IsDisabled || !Guards.Overdue)
        {
            return;
        }

        await ExecuteAsync($$"""{{Mark(Cells.Common)}} WHERE id = {0}""", rowId);
        await WaitAsync(Cells.Common, context => context.Outbox.Where(row => row.Id == rowId));
    }

    /// <summary>For a request that changed nothing, or whose row is not known: it gets one of its own.</summary>
    /// <exception cref="DependencyUnavailableException">The database does not answer.</exception>
    public async Task SettleAsync(IReadOnlyCollection<string> tags)
    {
        if (cache.IsDisabled || !Guards.Overdue)
        {
            return;
        }

        await SettleAsync(await retry.RunAsync(
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

    // Read when the change has been committed: so what is read into a later epoch has it. Null where the cache has another number of
    // cells than this instance: it may mean another cell.
    private string PresentEpoch(int cell) =>
        $"(SELECT k.epoch FROM cache_cells AS k WHERE k.cell = {cell} AND (SELECT COUNT(*) FROM cache_cells) = {cells.Count})";

    private async Task WaitAsync(int cell, Func<MesDbContext, IQueryable<OutboxRow>> rows)
    {
        // Counted from here, when the mark stands: licences asked for before may not know of it, later ones do.
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
            if (!isThere || waited > LicenceTerms.AllOver)
            {
                return;
            }

            if (waited > LicenceTerms.Term)
            {
                // Nobody takes it: not one slow put, but an outage. Later changes need not wait then.
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

    [LoggerMessage(Level = LogLevel.Debug, Message = "Version {Version} of order {Order} could not be put; it is left to others")]
    private partial void Overdue(Guid order, int version);
}

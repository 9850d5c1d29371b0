using Mes.Infrastructure.Persistence;
using Mes.Infrastructure.Persistence.Model;
using Mes.Infrastructure.Redis;
using Microsoft.EntityFrameworkCore;

namespace Mes.Infrastructure.Coordination;

/// <summary>The one statement that an instance polls the database with, on a connection kept for it.</summary>
internal sealed class LicenceQuery(
    IDbContextFactory<MesDbContext> contexts, IDatabaseEngine engine, Cells cells, TimeProvider clock) : IDisposable
{
    private const int SeveralChangesOfOneOrder = 1000;

    private MesDbContext? _kept;

    /// <summary>
    /// The statement reads no more overdue rows than this. If there are more, it is not known which orders they are
    /// about, and the licence covers none.
    /// </summary>
    private int MaxOverdueRows => LicenceTerms.MaxOverdueOrders(cells.Count) + SeveralChangesOfOneOrder;

    // One row for each cell; for the first cell, one for each overdue order, at most one more than a licence can
    // exclude. An outage mark of an instance with another number of cells stands for every cell: it does not say which
    // of these cells it means.
    private string Sql => $$"""
        WITH d AS MATERIALIZED (SELECT {{engine.Identity}} AS identity, {{engine.Position}} AS position)
        SELECT d.identity AS "Database", d.position AS "Position",
               c.cell AS "Cell", c.epoch AS "Epoch", c.data_set AS "DataSet", c.layout AS "Layout",
               c.database_id AS "DatabaseId", CASE WHEN c.settled_epoch = c.epoch THEN 1 ELSE 0 END AS "Settled",
               CASE WHEN EXISTS (SELECT 1 FROM outage_marks AS m
                                 WHERE m.cell = c.cell OR m.cells <> {{cells.Count}}) THEN 1 ELSE 0 END AS "Outage",
               r.value AS "ApiKeys",
               CASE WHEN o.id IS NULL THEN 0 ELSE o.changes END AS "Overdue", CAST(o.order_id AS text) AS "OrderId"
        FROM cache_cells AS c
        CROSS JOIN d
        CROSS JOIN revisions AS r
        LEFT JOIN ({{Overdue}}) AS o ON c.cell = 0
        WHERE r.name = '{{Revision.ApiKeys}}'
        """;

    // A row that was marked in an earlier epoch of its cell no longer matters. A row whose writer did not know the
    // epoch does.
    private string Overdue => $$"""
        SELECT MIN(id) AS id, order_id, CAST(SUM(COUNT(*)) OVER () AS bigint) AS changes
        FROM (SELECT id, order_id
              FROM (SELECT id, order_id FROM outbox WHERE overdue_at IS NOT NULL AND overdue_epoch IS NULL
                    ORDER BY overdue_at LIMIT {{MaxOverdueRows}}) AS of_no_epoch
              UNION ALL
              SELECT id, order_id FROM ({{engine.OverdueInPresentEpochs(MaxOverdueRows)}}) AS of_epochs
              LIMIT {{MaxOverdueRows}}) AS overdue
        GROUP BY order_id
        LIMIT {{LicenceTerms.MaxOverdueOrders(cells.Count) + 1}}
        """;

    public async Task<PollResult> SendAsync(CancellationToken cancellationToken)
    {
        var askedAt = clock.GetTimestamp();
        var askedAtWallClock = clock.GetUtcNow();

        // Taken out while it is used: a query that the caller has given up may still be running on it.
        var context = Interlocked.Exchange(ref _kept, null) ?? await contexts.CreateDbContextAsync(cancellationToken);
        try
        {
            await context.Database.OpenConnectionAsync(cancellationToken);
            var rows = await context.Database.SqlQueryRaw<Row>(Sql).ToListAsync(cancellationToken);
            var result = ResultOf(rows, askedAt, askedAtWallClock);
            if (Interlocked.CompareExchange(ref _kept, context, null) is not null)
            {
                await context.DisposeAsync();
            }

            return result;
        }
        catch
        {
            await context.DisposeAsync();
            throw;
        }
    }

    public void Dispose() => _kept?.Dispose();

    private PollResult ResultOf(List<Row> rows, long askedAt, DateTimeOffset askedAtWallClock)
    {
        var overdue = rows.Where(row => row.Overdue != 0).ToList();
        return new PollResult(
            askedAt,
            askedAtWallClock,
            rows[0].Database,
            rows[0].Position,
            rows[0].ApiKeys,
            [
                .. rows.DistinctBy(row => row.Cell).OrderBy(row => row.Cell).Select(row => new PollResult.Cell(
                    row.Epoch, row.DataSet, row.DatabaseId, row.Layout, row.Settled != 0, row.Outage != 0)),
            ],
            overdue.Where(row => row.OrderId is not null).Select(row => Guid.Parse(row.OrderId!)).ToHashSet(),
            overdue is [var first, ..] && first.Overdue >= MaxOverdueRows ? int.MaxValue : overdue.Count);
    }

    private sealed record Row(
        string? Database,
        long? Position,
        int Cell,
        long Epoch,
        string? DataSet,
        string? DatabaseId,
        int Layout,
        int Settled,
        int Outage,
        long ApiKeys,
        long Overdue,
        string? OrderId);
}

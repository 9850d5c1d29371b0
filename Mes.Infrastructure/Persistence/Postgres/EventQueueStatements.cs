using Microsoft.EntityFrameworkCore;

namespace Mes.Infrastructure.Persistence.Postgres;

/// <summary>The statements that move events from the queue to the feed (docs/decisions/0044).</summary>
internal static class EventQueueStatements
{
    public const string Channel = "mes_events";

    /// <summary>
    /// No row if another instance has it. What is told to followers must survive a crash of the server, and so must the
    /// changes before it in the log.
    /// </summary>
    private const string Lock = """
        WITH durable AS MATERIALIZED (
            SELECT CASE WHEN current_setting('synchronous_commit') = 'off'
                        THEN set_config('synchronous_commit', 'on', true) END)
        SELECT f.id AS "Value" FROM feed AS f CROSS JOIN durable FOR UPDATE OF f SKIP LOCKED
        """;

    /// <summary>
    /// A transaction has an id of its own before it draws one from the queue, because it has written the order.
    /// </summary>
    private const string Drawn = """
        SELECT CASE WHEN is_called THEN last_value ELSE 0 END AS "Value" FROM event_queue_id_seq
        """;

    private const string OwnTransaction = """
        SELECT CAST(CAST(pg_current_xact_id() AS text) AS bigint) AS "Value"
        """;

    private const string OldestOpen = """
        SELECT CAST(CAST(pg_snapshot_xmin(pg_current_snapshot()) AS text) AS bigint) AS "Transaction",
               (SELECT MIN(id) FROM event_queue) AS "First"
        """;

    public static async Task<NumberedEvents?> NumberAsync(
        DbContext context, long after, string ready, int window, int max, CancellationToken cancellationToken)
    {
        // Two statements: the second has a snapshot from after the lock, and so sees what the holder before has done.
        if ((await context.Database.SqlQueryRaw<int>(Lock).ToListAsync(cancellationToken)).Count == 0)
        {
            return null;
        }

        // Every event is looked up in the outbox by itself: a join might read the whole outbox.
        var number = $$"""
            WITH seen AS MATERIALIZED (
                SELECT * FROM event_queue WHERE id > {0} ORDER BY id LIMIT {{window}}),
            ready AS MATERIALIZED (
                SELECT q.id FROM seen AS q WHERE {{ready}} ORDER BY q.id LIMIT {{max}}),
            taken AS (
                DELETE FROM event_queue WHERE id = ANY(ARRAY(SELECT id FROM ready)) RETURNING *),
            numbered AS (
                SELECT taken.*, row_number() OVER (ORDER BY id) AS k FROM taken),
            written AS (
                INSERT INTO events (position, event_id, order_id, version, seller_id, external_id,
                                    from_status, to_status, at, numbered_at, webhook_id, notice)
                SELECT f.last + n.k, n.event_id, n.order_id, n.version, n.seller_id, n.external_id,
                       n.from_status, n.to_status, n.at, clock_timestamp(), n.webhook_id, n.notice
                FROM numbered AS n CROSS JOIN feed AS f),
            delivering AS (
                INSERT INTO webhook_deliveries ({{DeliverySql.Columns}})
                SELECT {{DeliverySql.Values("n", "clock_timestamp()")}}
                FROM numbered AS n JOIN webhooks AS w ON {{DeliverySql.IsMeantFor("n")}}
                ORDER BY n.k
                RETURNING webhook_id, lane, id),
            laned AS (
                INSERT INTO webhook_lanes (webhook_id, lane, changes, due_at)
                SELECT webhook_id, lane, 0, timestamptz 'epoch' + MIN(id) * interval '1 millisecond'
                FROM delivering GROUP BY webhook_id, lane
                ON CONFLICT (webhook_id, lane) DO UPDATE SET changes = webhook_lanes.changes + 1),
            moved AS (
                UPDATE feed SET last = last + (SELECT COUNT(*) FROM numbered)
                WHERE EXISTS (SELECT 1 FROM numbered)),
            told AS MATERIALIZED (
                SELECT pg_notify('{{Channel}}', '') WHERE EXISTS (SELECT 1 FROM numbered))
            SELECT CAST((SELECT COUNT(*) FROM numbered) AS integer) AS "Count",
                   CAST((SELECT COUNT(*) FROM seen) AS integer) AS "Seen",
                   coalesce((SELECT MAX(id) FROM seen), 0) AS "LastSeen",
                   (SELECT MIN(id) FROM seen WHERE id NOT IN (SELECT id FROM ready)) AS "OldestLeft"
            WHERE (SELECT COUNT(*) FROM told) >= 0
            """;
        return (await context.Database.SqlQueryRaw<NumberedEvents>(number, after).ToListAsync(cancellationToken))
            .Single();
    }

    public static async Task<QueueMark> MarkAsync(DbContext context, CancellationToken cancellationToken)
    {
        var drawn = await ReadAsync<long>(context, Drawn, cancellationToken);
        return new QueueMark(drawn, await ReadAsync<long>(context, OwnTransaction, cancellationToken));
    }

    public static async Task<long?> FindFloorAsync(
        DbContext context, QueueMark mark, CancellationToken cancellationToken)
    {
        var (transaction, first) = await ReadAsync<Open>(context, OldestOpen, cancellationToken);
        return transaction <= mark.Transaction ? null
            : first is { } id && id <= mark.LastId ? id - 1
            : mark.LastId;
    }

    private static async Task<T> ReadAsync<T>(DbContext context, string sql, CancellationToken cancellationToken) =>
        (await context.Database.SqlQueryRaw<T>(sql).ToListAsync(cancellationToken)).Single();

    private sealed record Open(long Transaction, long? First);
}

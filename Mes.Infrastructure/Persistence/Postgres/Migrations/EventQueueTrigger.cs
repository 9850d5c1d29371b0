namespace Mes.Infrastructure.Persistence.Postgres.Migrations;

/// <summary>
/// The trigger that writes history and outbox writes the event into the queue as well, wherever it writes the history.
/// </summary>
internal static class EventQueueTrigger
{
    private const string IntoQueue = """
            INSERT INTO @ours@.event_queue (event_id, order_id, version, seller_id, external_id, from_status, to_status, at)
            VALUES (gen_random_uuid(), NEW.id, NEW.version, NEW.seller_id, NEW.external_id,
                    CASE WHEN TG_OP = 'UPDATE' THEN OLD.status END, NEW.status, NEW.updated_at);
        """;

    public static string Create { get; } = Replace(IntoQueue) + """

        INSERT INTO feed (id, last) VALUES (1, 0);

        -- Rows come and go with every change: keep the table as small as what is in it.
        ALTER TABLE event_queue SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000);
        """;

    /// <summary>The function as it was before.</summary>
    public static string Drop { get; } = Replace(string.Empty);

    private static string Replace(string intoQueue) => $$"""
        DO $replace$
        DECLARE
          ours text := (SELECT quote_ident(nspname) FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
                        WHERE c.oid = 'orders'::regclass);
        BEGIN
          EXECUTE replace($functions$

        CREATE OR REPLACE FUNCTION @ours@.mes_after_order_change() RETURNS trigger
          LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $body$
        DECLARE
          moved boolean := TG_OP = 'INSERT' OR NEW.status <> OLD.status;
          replicated boolean := current_setting('session_replication_role') = 'replica';
          has_no_writer boolean := replicated OR NEW.changed_by LIKE 'database:%';
          now_is timestamptz := clock_timestamp();
        BEGIN
          -- The history is replicated along with the orders: a row made here would stop the replication.
          IF NOT replicated THEN
            INSERT INTO @ours@.order_history
              (order_id, version, from_status, to_status, changed_by, note, at, time_in_from, change_id)
            VALUES (NEW.id, NEW.version, CASE WHEN TG_OP = 'UPDATE' THEN OLD.status END, NEW.status, NEW.changed_by,
                    NEW.change_note, NEW.updated_at,
                    CASE WHEN TG_OP = 'UPDATE' AND moved
                         THEN round(extract(epoch FROM NEW.status_changed_at - OLD.status_changed_at) * 1000) END,
                    NEW.change_id);
        {{intoQueue}}
          END IF;
          INSERT INTO @ours@.outbox (order_id, version, tags, created_at, due_at, attempts)
          VALUES (NEW.id, NEW.version,
                  'order:' || NEW.id || ' seller:' || NEW.seller_id || ' status:' || NEW.status || ' orders'
                    || CASE WHEN TG_OP = 'UPDATE' AND moved THEN ' status:' || OLD.status ELSE '' END,
                  now_is, now_is + CASE WHEN has_no_writer THEN interval '0' ELSE interval '300 milliseconds' END, 0);
          -- Only for what has no writer: a notification in every change would cost a fifth of the throughput.
          IF has_no_writer THEN
            PERFORM pg_notify('mes_outbox', '');
          END IF;
          RETURN NULL;
        END $body$;

          $functions$, '@ours@', ours);
        END $replace$;

        """;
}

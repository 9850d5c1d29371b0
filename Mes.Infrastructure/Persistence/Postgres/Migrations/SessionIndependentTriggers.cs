namespace Mes.Infrastructure.Persistence.Postgres.Migrations;

/// <summary>
/// Replaces the triggers of <see cref="Triggers"/> by ones that do the same whatever the session that fires them has
/// set (bug class 42). Every table is named with its schema, the one that it is in when this runs; operators and
/// functions are found in <c>pg_catalog</c> alone; and each trigger fires always, even in a session that acts as a
/// replica.
/// </summary>
internal static class SessionIndependentTriggers
{
    public const string Replace = """
        -- Npgsql writes the earliest time it knows as infinite. The constraint that comes would refuse it.
        ALTER TABLE orders DISABLE TRIGGER USER;
        UPDATE orders SET due_at = '0001-01-01 00:00:00+00' WHERE due_at = '-infinity';

        DO $replace$
        DECLARE
          ours text := (SELECT quote_ident(nspname) FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace WHERE c.oid = 'orders'::regclass);
        BEGIN
          EXECUTE replace($functions$

        -- A change of the service raises the version by one and names its attempt (change_id). Any other is made to look like one:
        -- nobody has to know the rules to change an order by hand. Nothing about the session tells the two apart, so that a
        -- connection pooler between them and the database makes no difference.
        CREATE OR REPLACE FUNCTION @ours@.mes_before_order_change() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $body$
        BEGIN
          IF NEW.due_at = '-infinity' THEN
            NEW.due_at := '0001-01-01 00:00:00+00';
          END IF;
          IF TG_OP = 'INSERT' THEN
            -- What logical replication brings has been through this where it comes from.
            IF (NEW.version IS DISTINCT FROM 1 OR NEW.change_id IS NULL) AND current_setting('session_replication_role') <> 'replica' THEN
              NEW.version := 1;
              NEW.changed_by := 'database:' || session_user;
              NEW.change_id := coalesce(NEW.change_id, gen_random_uuid());
            END IF;
            RETURN NEW;
          END IF;
          IF NEW.id <> OLD.id OR NEW.seller_id <> OLD.seller_id THEN
            RAISE EXCEPTION 'the id and the seller of an order never change';
          END IF;
          IF NEW.version IS DISTINCT FROM OLD.version + 1 OR NEW.change_id IS NULL OR NEW.change_id = OLD.change_id THEN
            NEW.version := OLD.version + 1;
            NEW.changed_by := 'database:' || session_user;
            NEW.change_note := NULL;
            NEW.change_id := gen_random_uuid();
            NEW.updated_at := greatest(OLD.updated_at, clock_timestamp());
            NEW.status_changed_at := CASE WHEN NEW.status <> OLD.status THEN NEW.updated_at ELSE OLD.status_changed_at END;
          END IF;
          RETURN NEW;
        END $body$;

        CREATE OR REPLACE FUNCTION @ours@.mes_after_order_change() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $body$
        DECLARE
          moved boolean := TG_OP = 'INSERT' OR NEW.status <> OLD.status;
          replicated boolean := current_setting('session_replication_role') = 'replica';
          nobody_puts_it boolean := replicated OR NEW.changed_by LIKE 'database:%';
          now_is timestamptz := clock_timestamp();
        BEGIN
          -- The history is replicated along with the orders: a row made here would stand in its way.
          IF NOT replicated THEN
            INSERT INTO @ours@.order_history (order_id, version, from_status, to_status, changed_by, note, at, time_in_from, change_id)
            VALUES (NEW.id, NEW.version, CASE WHEN TG_OP = 'UPDATE' THEN OLD.status END, NEW.status, NEW.changed_by, NEW.change_note,
                    NEW.updated_at,
                    CASE WHEN TG_OP = 'UPDATE' AND moved
                         THEN round(extract(epoch FROM NEW.status_changed_at - OLD.status_changed_at) * 1000) END,
                    NEW.change_id);
          END IF;
          INSERT INTO @ours@.outbox (order_id, version, tags, created_at, due_at, attempts)
          VALUES (NEW.id, NEW.version,
                  'order:' || NEW.id || ' seller:' || NEW.seller_id || ' status:' || NEW.status || ' orders'
                    || CASE WHEN TG_OP = 'UPDATE' AND moved THEN ' status:' || OLD.status ELSE '' END,
                  now_is, now_is + CASE WHEN nobody_puts_it THEN interval '0' ELSE interval '300 milliseconds' END, 0);
          -- Only where no writer will put it: a notification in every change would cost a fifth of the changes.
          IF nobody_puts_it THEN
            PERFORM pg_notify('mes_outbox', '');
          END IF;
          RETURN NULL;
        END $body$;

        CREATE OR REPLACE FUNCTION @ours@.mes_outbox_overdue() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $body$
        BEGIN
          PERFORM pg_notify('mes_outbox', '');
          RETURN NULL;
        END $body$;

        CREATE OR REPLACE FUNCTION @ours@.mes_refuse() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $body$
        BEGIN
          RAISE EXCEPTION 'orders and their history are never deleted';
        END $body$;

        CREATE OR REPLACE FUNCTION @ours@.mes_api_keys_changed() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $body$
        BEGIN
          UPDATE @ours@.revisions SET value = value + 1 WHERE name = 'api-keys';
          RETURN NULL;
        END $body$;

        CREATE OR REPLACE TRIGGER orders_before_change BEFORE INSERT OR UPDATE ON @ours@.orders
          FOR EACH ROW EXECUTE FUNCTION @ours@.mes_before_order_change();
        CREATE OR REPLACE TRIGGER orders_after_change AFTER INSERT OR UPDATE ON @ours@.orders
          FOR EACH ROW EXECUTE FUNCTION @ours@.mes_after_order_change();
        CREATE OR REPLACE TRIGGER orders_never_deleted BEFORE DELETE OR TRUNCATE ON @ours@.orders
          FOR EACH STATEMENT EXECUTE FUNCTION @ours@.mes_refuse();
        CREATE OR REPLACE TRIGGER order_history_never_deleted BEFORE DELETE OR TRUNCATE ON @ours@.order_history
          FOR EACH STATEMENT EXECUTE FUNCTION @ours@.mes_refuse();
        CREATE OR REPLACE TRIGGER outbox_overdue AFTER INSERT OR UPDATE OF overdue_at ON @ours@.outbox
          FOR EACH ROW WHEN (NEW.overdue_at IS NOT NULL) EXECUTE FUNCTION @ours@.mes_outbox_overdue();

        -- For each row, since logical replication fires no other triggers.
        DROP TRIGGER api_keys_changed ON @ours@.api_keys;
        CREATE TRIGGER api_keys_changed AFTER INSERT OR UPDATE OR DELETE ON @ours@.api_keys
          FOR EACH ROW EXECUTE FUNCTION @ours@.mes_api_keys_changed();
        CREATE TRIGGER api_keys_emptied AFTER TRUNCATE ON @ours@.api_keys
          FOR EACH STATEMENT EXECUTE FUNCTION @ours@.mes_api_keys_changed();

          $functions$, '@ours@', ours);
        END $replace$;

        """ + TriggerSwitches.SwitchOn;
}

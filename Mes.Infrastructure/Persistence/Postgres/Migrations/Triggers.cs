namespace Mes.Infrastructure.Persistence.Postgres.Migrations;

/// <summary>
/// Written by hand for the first migration: the triggers that write history and outbox, and the first rows.
/// </summary>
internal static class Triggers
{
    public const string Create = """
        -- A change of the service comes on a session that says so and raises the version itself. Any other is made to look
        -- like one: nobody has to know the rules to change an order by hand.
        CREATE FUNCTION mes_before_order_change() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE
          own boolean := coalesce(current_setting('mes.own', true), '') = '1';
        BEGIN
          IF TG_OP = 'INSERT' THEN
            IF NOT own THEN
              NEW.version := 1;
              NEW.changed_by := 'database:' || session_user;
              NEW.change_id := coalesce(NEW.change_id, gen_random_uuid());
            END IF;
            RETURN NEW;
          END IF;
          IF NEW.id <> OLD.id OR NEW.seller_id <> OLD.seller_id THEN
            RAISE EXCEPTION 'the id and the seller of an order never change';
          END IF;
          IF NOT own OR NEW.version <> OLD.version + 1 THEN
            NEW.version := OLD.version + 1;
            NEW.changed_by := 'database:' || session_user;
            NEW.change_note := NULL;
            NEW.change_id := gen_random_uuid();
            NEW.updated_at := greatest(OLD.updated_at, clock_timestamp());
            NEW.status_changed_at := CASE WHEN NEW.status <> OLD.status THEN NEW.updated_at ELSE OLD.status_changed_at END;
          END IF;
          RETURN NEW;
        END $$;

        CREATE FUNCTION mes_after_order_change() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE
          moved boolean := TG_OP = 'INSERT' OR NEW.status <> OLD.status;
          by_hand boolean := NEW.changed_by LIKE 'database:%';
          now_is timestamptz := clock_timestamp();
        BEGIN
          INSERT INTO order_history (order_id, version, from_status, to_status, changed_by, note, at, time_in_from, change_id)
          VALUES (NEW.id, NEW.version, CASE WHEN TG_OP = 'UPDATE' THEN OLD.status END, NEW.status, NEW.changed_by, NEW.change_note,
                  NEW.updated_at,
                  CASE WHEN TG_OP = 'UPDATE' AND moved
                       THEN round(extract(epoch FROM NEW.status_changed_at - OLD.status_changed_at) * 1000) END,
                  NEW.change_id);
          INSERT INTO outbox (order_id, version, tags, created_at, due_at, attempts)
          VALUES (NEW.id, NEW.version,
                  'order:' || NEW.id || ' seller:' || NEW.seller_id || ' status:' || NEW.status || ' orders'
                    || CASE WHEN TG_OP = 'UPDATE' AND moved THEN ' status:' || OLD.status ELSE '' END,
                  now_is, now_is + CASE WHEN by_hand THEN interval '0' ELSE interval '300 milliseconds' END, 0);
          -- Only where no writer will put it: a notification in every change would cost a fifth of the changes.
          IF by_hand THEN
            PERFORM pg_notify('mes_outbox', '');
          END IF;
          RETURN NULL;
        END $$;

        CREATE FUNCTION mes_outbox_overdue() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          PERFORM pg_notify('mes_outbox', '');
          RETURN NULL;
        END $$;
        CREATE TRIGGER outbox_overdue AFTER INSERT OR UPDATE OF overdue_at ON outbox
          FOR EACH ROW WHEN (NEW.overdue_at IS NOT NULL) EXECUTE FUNCTION mes_outbox_overdue();

        CREATE FUNCTION mes_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          RAISE EXCEPTION 'orders and their history are never deleted';
        END $$;

        CREATE TRIGGER orders_before_change BEFORE INSERT OR UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION mes_before_order_change();
        CREATE TRIGGER orders_after_change AFTER INSERT OR UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION mes_after_order_change();
        CREATE TRIGGER orders_never_deleted BEFORE DELETE OR TRUNCATE ON orders FOR EACH STATEMENT EXECUTE FUNCTION mes_refuse();
        CREATE TRIGGER order_history_never_deleted BEFORE DELETE OR TRUNCATE ON order_history FOR EACH STATEMENT EXECUTE FUNCTION mes_refuse();

        CREATE FUNCTION mes_api_keys_changed() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          UPDATE revisions SET value = value + 1 WHERE name = 'api-keys';
          RETURN NULL;
        END $$;
        CREATE TRIGGER api_keys_changed AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON api_keys
          FOR EACH STATEMENT EXECUTE FUNCTION mes_api_keys_changed();

        INSERT INTO revisions (name, value) VALUES ('api-keys', 1);
        INSERT INTO cache_cells (cell, epoch, since) VALUES (0, 1, 'epoch');
        INSERT INTO service_secrets (name, value)
        VALUES ('cursor-key', decode(replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', ''), 'hex'));

        -- Rows come and go with every change: keep the table as small as what is in it.
        ALTER TABLE outbox SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000);
        """;
}

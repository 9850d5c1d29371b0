namespace Mes.Embedded.Migrations;

/// <summary>
/// Written by hand for the first migration: the triggers that write history and outbox, and the first rows. They do
/// what those of PostgreSQL do; a change that does not raise the version itself was made past the service.
/// </summary>
internal static class Triggers
{
    public const string Create = """
        CREATE TRIGGER orders_after_insert AFTER INSERT ON orders
        BEGIN
          INSERT INTO order_history (order_id, version, from_status, to_status, changed_by, note, at, time_in_from, change_id)
          VALUES (NEW.id, NEW.version, NULL, NEW.status, NEW.changed_by, NEW.change_note, NEW.updated_at, NULL, NEW.change_id);
          INSERT INTO outbox (order_id, version, tags, attempts)
          VALUES (NEW.id, NEW.version,
                  'order:' || lower(NEW.id) || ' seller:' || NEW.seller_id || ' status:' || NEW.status || ' orders', 0);
        END;

        CREATE TRIGGER orders_before_update BEFORE UPDATE OF id, seller_id ON orders
        WHEN NEW.id <> OLD.id OR NEW.seller_id <> OLD.seller_id
        BEGIN
          SELECT RAISE(ABORT, 'the id and the seller of an order never change');
        END;

        -- SQLite cannot change the row that is being written, so the row is made right behind it. The trigger does not
        -- set itself off: recursive triggers are off unless a connection asks for them.
        CREATE TRIGGER orders_after_update AFTER UPDATE ON orders
        BEGIN
          UPDATE orders
          SET version = OLD.version + 1,
              changed_by = 'database:sqlite',
              change_note = NULL,
              change_id = upper(printf('%s-%s-%s-%s-%s', hex(randomblob(4)), hex(randomblob(2)), hex(randomblob(2)), hex(randomblob(2)), hex(randomblob(6)))),
              updated_at = max(OLD.updated_at, CAST(unixepoch('subsec') * 1000 AS INTEGER)),
              status_changed_at = CASE WHEN NEW.status <> OLD.status
                                       THEN max(OLD.updated_at, CAST(unixepoch('subsec') * 1000 AS INTEGER))
                                       ELSE OLD.status_changed_at END
          WHERE id = NEW.id AND NEW.version <> OLD.version + 1;

          INSERT INTO order_history (order_id, version, from_status, to_status, changed_by, note, at, time_in_from, change_id)
          SELECT id, version, OLD.status, status, changed_by, change_note, updated_at,
                 CASE WHEN status <> OLD.status THEN status_changed_at - OLD.status_changed_at END, change_id
          FROM orders WHERE id = NEW.id;

          INSERT INTO outbox (order_id, version, tags, attempts, due_at)
          SELECT id, version,
                 'order:' || lower(id) || ' seller:' || seller_id || ' status:' || status || ' orders'
                   || CASE WHEN status <> OLD.status THEN ' status:' || OLD.status ELSE '' END,
                 0,
                 CAST(unixepoch('subsec') * 1000 AS INTEGER) + CASE WHEN changed_by LIKE 'database:%' THEN 0 ELSE 300 END
          FROM orders WHERE id = NEW.id;
        END;

        CREATE TRIGGER orders_never_deleted BEFORE DELETE ON orders
        BEGIN
          SELECT RAISE(ABORT, 'orders and their history are never deleted');
        END;

        CREATE TRIGGER order_history_never_deleted BEFORE DELETE ON order_history
        BEGIN
          SELECT RAISE(ABORT, 'orders and their history are never deleted');
        END;

        CREATE TRIGGER api_keys_inserted AFTER INSERT ON api_keys
        BEGIN
          UPDATE revisions SET value = value + 1 WHERE name = 'api-keys';
        END;

        CREATE TRIGGER api_keys_updated AFTER UPDATE ON api_keys
        BEGIN
          UPDATE revisions SET value = value + 1 WHERE name = 'api-keys';
        END;

        CREATE TRIGGER api_keys_deleted AFTER DELETE ON api_keys
        BEGIN
          UPDATE revisions SET value = value + 1 WHERE name = 'api-keys';
        END;

        INSERT INTO revisions (name, value) VALUES ('api-keys', 1);
        INSERT INTO cache_cells (cell, epoch, since) VALUES (0, 1, 0);
        INSERT INTO service_secrets (name, value) VALUES ('cursor-key', randomblob(32));
        """;
}

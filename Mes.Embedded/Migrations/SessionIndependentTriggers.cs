namespace Mes.Embedded.Migrations;

/// <summary>
/// Replaces the triggers of <see cref="Triggers"/> on orders by ones that do the same whatever the session that fires
/// them has set (bug class 42). SQLite looks for tables in the trigger's own database, so a temporary table is never
/// taken for the service's; no name has to be qualified.
/// </summary>
internal static class SessionIndependentTriggers
{
    public const string Replace = """
        DROP TRIGGER orders_after_insert;
        CREATE TRIGGER orders_after_insert AFTER INSERT ON orders
        BEGIN
          -- INSERT OR REPLACE would take an order back to its beginning, and fire no other trigger.
          SELECT RAISE(ABORT, 'orders and their history are never deleted') WHERE EXISTS (SELECT 1 FROM order_history WHERE order_id = NEW.id);

          INSERT INTO order_history (order_id, version, from_status, to_status, changed_by, note, at, time_in_from, change_id)
          VALUES (NEW.id, NEW.version, NULL, NEW.status, NEW.changed_by, NEW.change_note, NEW.updated_at, NULL, NEW.change_id);
          INSERT INTO outbox (order_id, version, tags, attempts)
          VALUES (NEW.id, NEW.version,
                  'order:' || lower(NEW.id) || ' seller:' || NEW.seller_id || ' status:' || NEW.status || ' orders', 0);
        END;

        -- A change of the service raises the version by one and names its attempt (change_id). Any other is made to look like one. SQLite
        -- cannot change the row that is being written, so the row is made right behind it, which must not set the trigger off again:
        -- a session may have asked for recursive triggers.
        DROP TRIGGER orders_after_update;
        CREATE TRIGGER orders_after_update AFTER UPDATE ON orders
        WHEN NOT (NEW.changed_by = 'database:sqlite' AND NEW.change_id <> OLD.change_id)
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
          WHERE id = NEW.id AND (NEW.version <> OLD.version + 1 OR NEW.change_id = OLD.change_id);

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
        """;
}

namespace Mes.Embedded.Migrations;

/// <summary>
/// Gives a row that is marked overdue without an epoch that of the cache's one cell. While the row's transaction lasts nobody else
/// writes, so a later epoch begins behind it. With several cells the row stays as it is, and is repaired by itself:
/// SQLite has no XOR, and no loop in a trigger, to compute the cell with.
/// </summary>
internal static class OverdueEpochTrigger
{
    public const string Create = $"""
        UPDATE outbox SET {OfTheOneCell} WHERE overdue_at IS NOT NULL AND overdue_epoch IS NULL;

        CREATE TRIGGER outbox_overdue_epoch_of_new AFTER INSERT ON outbox
        WHEN NEW.overdue_at IS NOT NULL AND NEW.overdue_epoch IS NULL
        BEGIN
          UPDATE outbox SET {OfTheOneCell} WHERE id = NEW.id;
        END;

        CREATE TRIGGER outbox_overdue_epoch AFTER UPDATE OF overdue_at ON outbox
        WHEN NEW.overdue_at IS NOT NULL AND NEW.overdue_epoch IS NULL
        BEGIN
          UPDATE outbox SET {OfTheOneCell} WHERE id = NEW.id;
        END;
        """;

    public const string Drop = """
        DROP TRIGGER outbox_overdue_epoch_of_new;
        DROP TRIGGER outbox_overdue_epoch;
        """;

    private const string OfTheOneCell =
        "cell = (SELECT max(cell) FROM cache_cells HAVING count(*) = 1), overdue_epoch = (SELECT max(epoch) FROM cache_cells HAVING count(*) = 1)";
}

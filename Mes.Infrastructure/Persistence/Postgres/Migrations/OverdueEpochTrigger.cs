namespace Mes.Infrastructure.Persistence.Postgres.Migrations;

/// <summary>
/// Gives a row that is marked overdue without an epoch its cell and that cell's epoch. What is read into a later epoch must have the row's
/// change, which may be made by the same transaction and be committed long after its mark. So the trigger locks the cell until
/// the transaction ends: a later epoch begins behind its commit.
/// </summary>
internal static class OverdueEpochTrigger
{
    /// <summary>
    /// Rows that are marked already were committed before the statement that marks them, so they need no lock. They are marked before the
    /// trigger is there: to create it locks the table.
    /// </summary>
    public const string Create = """
        DO $create$
        DECLARE
          ours text := (SELECT quote_ident(nspname) FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace WHERE c.oid = 'outbox'::regclass);
        BEGIN
          EXECUTE replace($functions$

        -- As the class Cells has it: FNV-1a over the id's bytes, the most significant first.
        CREATE FUNCTION @ours@.mes_cell_of(order_id uuid, cells bigint) RETURNS integer
          LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $body$
        DECLARE
          bytes bytea := uuid_send(order_id);
          hash bigint := 2166136261;
        BEGIN
          IF order_id IS NULL OR cells <= 1 THEN
            RETURN 0;
          END IF;
          FOR i IN 0..15 LOOP
            hash := ((hash # get_byte(bytes, i)) * 16777619) & 4294967295;
          END LOOP;
          RETURN hash % cells;
        END $body$;

        UPDATE @ours@.outbox AS o
        SET cell = k.cell, overdue_epoch = k.epoch
        FROM @ours@.cache_cells AS k
        WHERE o.overdue_at IS NOT NULL AND o.overdue_epoch IS NULL
          AND k.cell = @ours@.mes_cell_of(o.order_id, (SELECT count(*) FROM @ours@.cache_cells));

        -- With the rights of the tables' owner: whoever may mark a row need not have any on the cells.
        CREATE FUNCTION @ours@.mes_outbox_overdue_epoch() RETURNS trigger
          LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
        DECLARE
          its_cell integer;
        BEGIN
          -- Whoever changes the number of cells changes the first one: from here on it stays, and so it is counted afterwards.
          PERFORM FROM @ours@.cache_cells WHERE cell = 0 FOR SHARE;
          its_cell := @ours@.mes_cell_of(NEW.order_id, (SELECT count(*) FROM @ours@.cache_cells));
          SELECT k.cell, k.epoch INTO NEW.cell, NEW.overdue_epoch FROM @ours@.cache_cells AS k WHERE k.cell = its_cell FOR SHARE;
          RETURN NEW;
        END $body$;

        CREATE TRIGGER outbox_overdue_epoch BEFORE INSERT OR UPDATE OF overdue_at ON @ours@.outbox
          FOR EACH ROW WHEN (NEW.overdue_at IS NOT NULL AND NEW.overdue_epoch IS NULL)
          EXECUTE FUNCTION @ours@.mes_outbox_overdue_epoch();

          $functions$, '@ours@', ours);
        END $create$;

        """ + TriggerSwitches.SwitchOn;

    public const string Drop = """
        DROP TRIGGER outbox_overdue_epoch ON outbox;
        DROP FUNCTION mes_outbox_overdue_epoch();
        DROP FUNCTION mes_cell_of(uuid, bigint);
        """;
}

namespace Mes.Infrastructure.Persistence.Postgres.Migrations;

/// <summary>
/// Refuses an idempotency key that a transaction which has not ended is using. Without it the second transaction would
/// wait for the first one. The lock is given back after the transaction's rows can be seen, so a transaction that gets
/// it finds either no such key or a committed one.
/// </summary>
internal static class IdempotencyKeyTrigger
{
    /// <summary>
    /// What is loaded in bulk from a dump needs no lock, and would need more locks than there are: its keys are older.
    /// </summary>
    public const string Create = """
        DO $create$
        DECLARE
          ours text := (SELECT quote_ident(nspname) FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
                        WHERE c.oid = 'idempotency_keys'::regclass);
        BEGIN
          EXECUTE replace($functions$

        CREATE FUNCTION @ours@.mes_idempotency_key_in_use() RETURNS trigger
          LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $body$
        BEGIN
          IF NOT pg_try_advisory_xact_lock(hashtextextended(NEW.seller_id || ' ' || NEW.key, 0)) THEN
            RAISE EXCEPTION 'another transaction is using this idempotency key' USING ERRCODE = 'MES01';
          END IF;
          RETURN NEW;
        END $body$;

        CREATE TRIGGER idempotency_key_in_use BEFORE INSERT ON @ours@.idempotency_keys
          FOR EACH ROW WHEN (NEW.created_at > clock_timestamp() - interval '10 seconds')
          EXECUTE FUNCTION @ours@.mes_idempotency_key_in_use();

          $functions$, '@ours@', ours);
        END $create$;
        """;

    public const string Drop = "DROP FUNCTION mes_idempotency_key_in_use() CASCADE;";
}

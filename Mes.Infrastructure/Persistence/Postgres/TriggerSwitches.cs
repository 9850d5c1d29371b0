namespace Mes.Infrastructure.Persistence.Postgres;

/// <summary>
/// Keeps the service's triggers in the state <c>ALWAYS</c>. Tools that load data in bulk disable triggers and then
/// enable them in the ordinary way (<c>pg_restore --disable-triggers</c>), in which they do not fire for replicated
/// changes.
/// </summary>
internal static class TriggerSwitches
{
    /// <summary>Finds the triggers in another state.</summary>
    public const string FindOff = """
        SELECT t.tgname::text AS "Value"
        FROM pg_trigger AS t JOIN pg_proc AS p ON p.oid = t.tgfoid
        WHERE t.tgrelid IN ('orders'::regclass, 'order_history'::regclass, 'outbox'::regclass, 'api_keys'::regclass,
                            to_regclass('sessions'))
          AND p.proname LIKE 'mes\_%' AND t.tgenabled <> 'A'
        ORDER BY t.tgname
        """;

    public const string SwitchOn = """
        DO $switch$
        DECLARE
          off record;
        BEGIN
          FOR off IN
            SELECT t.tgrelid::regclass AS relation, t.tgname
            FROM pg_trigger AS t JOIN pg_proc AS p ON p.oid = t.tgfoid
            WHERE t.tgrelid IN ('orders'::regclass, 'order_history'::regclass, 'outbox'::regclass, 'api_keys'::regclass,
                                to_regclass('sessions'))
              AND p.proname LIKE 'mes\_%' AND t.tgenabled <> 'A'
          LOOP
            EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER %I', off.relation, off.tgname);
          END LOOP;
        END $switch$;
        """;
}

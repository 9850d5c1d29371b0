namespace Mes.Infrastructure.Persistence.Postgres.Migrations;

/// <summary>
/// The constraints on rows that are changed by hand, as they were when they were added: a migration must not change
/// with the model. EF Core would check every row under a lock that blocks readers. Here the constraints are added for
/// new rows only, and the existing rows are checked later.
/// </summary>
internal static class Checks
{
    private const string Id = """COLLATE "C" ~ '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$'""";

    private const string Statuses =
        "'SUBMITTED', 'PRICE_CALCULATED', 'MANUFACTURING_APPROVED', 'MANUFACTURING_STARTED', 'MANUFACTURING_COMPLETED', 'PACKAGING', 'SHIPPED', 'CLOSED', 'CANCELLED', 'REJECTED'";

    private static readonly (string Table, string Name, string Condition)[] All =
    [
        ("orders", "ck_orders_seller_id", $"seller_id {Id}"),
        ("orders", "ck_orders_version", "version >= 1"),
        ("orders", "ck_orders_times", $"{Time("created_at")} AND {Time("status_changed_at")} AND {Time("updated_at")} AND {Time("due_at")}"),
        ("orders", "ck_orders_price", "(price_amount IS NULL) = (price_currency IS NULL) AND price_amount <> 'NaN'"),
        ("orders", "ck_orders_shipment", "(shipment_carrier IS NULL) = (shipment_tracking_number IS NULL)"),
        ("order_history", "ck_order_history_status", $"from_status IN ({Statuses}) AND to_status IN ({Statuses})"),
        ("order_history", "ck_order_history_at", Time("at")),
        ("api_keys", "ck_api_keys_caller_id", $"caller_id {Id}"),
        ("api_keys", "ck_api_keys_role", "role IN ('seller', 'operator', 'service', 'admin')"),
    ];

    public static string AddForNewRows { get; } = string.Join(
        "\n", All.Select(check => $"ALTER TABLE {check.Table} ADD CONSTRAINT {check.Name} CHECK ({check.Condition}) NOT VALID;"));

    public static string Drop { get; } = string.Join(
        "\n", All.Select(check => $"ALTER TABLE {check.Table} DROP CONSTRAINT {check.Name};"));

    /// <summary>Blocks neither reads nor changes. PostgreSQL alone would not name the rows that fail.</summary>
    public static string Validate { get; } = $"""
        DO $validate$
        DECLARE
          added record;
          odd text;
        BEGIN
          FOR added IN
            SELECT conname, conrelid::regclass AS relation, pg_get_expr(conbin, conrelid) AS condition
            FROM pg_constraint
            WHERE contype = 'c' AND NOT convalidated AND conname IN ({string.Join(", ", All.Select(check => $"'{check.Name}'"))})
              AND conrelid IN ('orders'::regclass, 'order_history'::regclass, 'api_keys'::regclass)
            ORDER BY conname
          LOOP
            EXECUTE format(
              'SELECT string_agg(%1$s, '', '') FROM (SELECT %1$s FROM %2$s WHERE NOT (%3$s) LIMIT 5) AS odd',
              CASE added.relation WHEN 'order_history'::regclass THEN 'order_id::text' ELSE 'id::text' END,
              added.relation, added.condition) INTO odd;
            IF odd IS NOT NULL THEN
              RAISE EXCEPTION 'the service cannot use some rows of %: they do not keep % (%)', added.relation, added.conname, odd
                USING HINT = 'Changed by hand? Correct them, as docs/operating.md says under "Changes made by hand", and run migrate again.';
            END IF;
            EXECUTE format('ALTER TABLE %s VALIDATE CONSTRAINT %I', added.relation, added.conname);
          END LOOP;
        END $validate$;
        """;

    private static string Time(string column) => $"{column} >= '0001-01-01 00:00:00+00' AND {column} < '10000-01-01 00:00:00+00'";
}

using Npgsql;

namespace Mes.Benchmarks;

/// <summary>
/// Fills a database. A tenth of the orders is active, spread over seven statuses. One seller has a fifth of all orders,
/// another a tenth, and twenty have one percent each. The remaining half belongs to many small sellers.
/// </summary>
internal static class SampleDatabase
{
    private const string Insert = """
        ALTER TABLE orders DISABLE TRIGGER USER; -- History and outbox are not what is measured.
        INSERT INTO orders (id, seller_id, external_id, material, quantity, due_at, notes, operator_id, status, version, created_at,
          status_changed_at, updated_at, change_id, changed_by, model_file_name, model_polygon_count, model_sha256, price_amount,
          price_currency, shipment_carrier, shipment_tracking_number)
        SELECT (lpad(to_hex((extract(epoch FROM created) * 1000)::bigint), 12, '0') || '7' || substr(hash, 1, 3) || '8' || substr(hash, 4, 15))::uuid,
          CASE WHEN i % 100 < 20 THEN 'alpha' WHEN i % 100 < 30 THEN 'beta' WHEN i % 100 < 50 THEN 'seller-' || i % 100
               ELSE 'small-' || (i % greatest(50, $1 / 100)) END,
          'PO-2026-' || i, (ARRAY['PLA', 'PA12', 'ABS', 'steel'])[1 + i % 4], 1 + i % 500, created + interval '14 days',
          CASE WHEN i % 10 = 0 THEN 'Deburr the edges.' END,
          CASE WHEN status IN ('MANUFACTURING_STARTED', 'MANUFACTURING_COMPLETED', 'PACKAGING', 'SHIPPED', 'CLOSED') THEN 'anna' END,
          status, version, created, changed, changed, gen_random_uuid(), 'service:crm', 'part-' || i || '.stl', 1000 + i % 100000, hash || hash,
          CASE WHEN version > 1 THEN 129.50 END, CASE WHEN version > 1 THEN 'EUR' END,
          CASE WHEN status IN ('SHIPPED', 'CLOSED') THEN 'DHL' END, CASE WHEN status IN ('SHIPPED', 'CLOSED') THEN 'JD0146' || i END
        FROM (
          SELECT i, md5(i::text) AS hash,
            (ARRAY['SUBMITTED', 'PRICE_CALCULATED', 'MANUFACTURING_APPROVED', 'MANUFACTURING_STARTED', 'MANUFACTURING_COMPLETED', 'PACKAGING', 'SHIPPED', 'CLOSED', 'CANCELLED'])[step] AS status,
            least(step, 8) AS version, created, created + step * interval '1 hour' + (i % 3600) * interval '1 second' AS changed
          FROM (
            -- Those that are active are the younger ones, though not only.
            SELECT i, CASE WHEN i % 10 = 3 THEN 1 + (i / 10) % 7 WHEN i % 50 = 0 THEN 9 ELSE 8 END AS step,
              date_trunc('milliseconds', now() - interval '2 days' - ($1 - i) * interval '31.7 seconds') AS created
            FROM generate_series(1, $1) AS i) AS plan) AS story;
        ALTER TABLE orders ENABLE ALWAYS TRIGGER orders_before_change;
        ALTER TABLE orders ENABLE ALWAYS TRIGGER orders_after_change;
        ALTER TABLE orders ENABLE ALWAYS TRIGGER orders_never_deleted;
        """;

    /// <param name="countReads">
    /// Whether <see cref="ReadsAsync"/> will be called. The server must have been started with pg_stat_statements.
    /// </param>
    public static async Task FillAsync(string database, int orders, bool countReads = true)
    {
        await using var connection = new NpgsqlConnection(database + ";Pooling=false;Command Timeout=900");
        await connection.OpenAsync();
        var insert = Insert.Replace(
            "$1", orders.ToString(System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal);
        string[] counting = countReads ? ["CREATE EXTENSION IF NOT EXISTS pg_stat_statements"] : [];
        foreach (var sql in (string[])[insert, "VACUUM (ANALYZE) orders", .. counting, "CHECKPOINT"])
        {
            await using var command = new NpgsqlCommand(sql, connection);
            await command.ExecuteNonQueryAsync();
        }
    }

    /// <summary>
    /// The number of statements since the last call that read orders for a list, the board or a single order.
    /// </summary>
    public static async Task<long> ReadsAsync(string database)
    {
        await using var connection = new NpgsqlConnection(database + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(
            """
            SELECT coalesce(sum(calls), 0)::bigint FROM pg_stat_statements
            WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
              AND query LIKE 'SELECT%FROM orders%' AND (query LIKE '%ORDER BY%' OR query LIKE '%count(*)%')
            """,
            connection);
        var calls = (long)(await command.ExecuteScalarAsync())!;
        await using var reset = new NpgsqlCommand("SELECT pg_stat_statements_reset()", connection);
        await reset.ExecuteNonQueryAsync();
        return calls;
    }
}

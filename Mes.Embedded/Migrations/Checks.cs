namespace Mes.Embedded.Migrations;

/// <summary>
/// A change by hand must not leave a row that no reader can decode, which would make every list with it unreadable.
/// Triggers refuse such rows: to add constraints SQLite would rebuild the tables, and the triggers would be lost.
/// </summary>
internal static class Checks
{
    private const string Hex4 = "[0-9A-F][0-9A-F][0-9A-F][0-9A-F]";

    /// <summary>The only form in which EF Core finds an id.</summary>
    private const string Id = $"id GLOB '{Hex4}{Hex4}-{Hex4}-{Hex4}-{Hex4}-{Hex4}{Hex4}{Hex4}'";

    private static readonly string Order = $"""
        {Id} AND {FitsAsId("seller_id")}
          AND typeof(version) = 'integer' AND version >= 1 AND typeof(quantity) = 'integer' AND typeof(model_polygon_count) = 'integer'
          AND {CanBeTold("created_at")} AND {CanBeTold("status_changed_at")} AND {CanBeTold("updated_at")}
          AND (due_at IS NULL OR ({CanBeTold("due_at")}))
          AND (price_amount IS NULL) = (price_currency IS NULL)
          AND (price_amount IS NULL OR (price_amount GLOB '*[0-9]*' AND price_amount NOT GLOB '*[^0-9.-]*'))
          AND (shipment_carrier IS NULL) = (shipment_tracking_number IS NULL)
        """;

    private static readonly string ApiKey = $"{FitsAsId("caller_id")} AND role IN ('seller', 'operator', 'service', 'admin')";

    public static string RefuseNewRows { get; } = $"""
        {Refuse("orders_insert_fits", "BEFORE INSERT ON orders", "orders", Order, "of an order")}
        {Refuse("orders_update_fits", "BEFORE UPDATE ON orders", "orders", Order, "of an order")}
        {Refuse("api_keys_insert_fits", "BEFORE INSERT ON api_keys", "api_keys", ApiKey, "of a key")}
        {Refuse("api_keys_update_fits", "BEFORE UPDATE ON api_keys", "api_keys", ApiKey, "of a key")}
        """;

    public const string Drop = """
        DROP TRIGGER orders_insert_fits;
        DROP TRIGGER orders_update_fits;
        DROP TRIGGER api_keys_insert_fits;
        DROP TRIGGER api_keys_update_fits;
        """;

    /// <summary>The error message contains the name of the constraint.</summary>
    public static string Validate { get; } = $"""
        CREATE TEMPORARY TABLE odd_rows (found INTEGER CONSTRAINT "some orders or keys have values that the service cannot use (docs/operating.md, Changes made by hand)" CHECK (found = 0));
        INSERT INTO odd_rows SELECT count(*) FROM orders WHERE NOT ({Order});
        INSERT INTO odd_rows SELECT count(*) FROM api_keys WHERE NOT ({ApiKey});
        DROP TABLE odd_rows;
        """;

    /// <summary>The form of ids that keys are issued for: an id is part of cache keys, tags and entries.</summary>
    private static string FitsAsId(string column) =>
        $"{column} GLOB '[A-Za-z0-9]*' AND {column} NOT GLOB '*[^A-Za-z0-9._-]*' AND length({column}) <= 64";

    /// <summary>The years that .NET and RFC 3339 can represent.</summary>
    private static string CanBeTold(string column) =>
        $"typeof({column}) = 'integer' AND {column} BETWEEN -62135596800000 AND 253402300799999";

    // The condition is about the row as it would be, for which there is no other way to name its columns.
    private static string Refuse(string name, string when, string table, string condition, string of) => $"""
        CREATE TRIGGER {name} {when}
        WHEN (SELECT NOT ({condition}) FROM (SELECT {string.Join(", ", Columns(table).Select(column => $"NEW.{column} AS {column}"))}))
        BEGIN
          SELECT RAISE(ABORT, 'the service could not use these values {of}');
        END;
        """;

    private static IEnumerable<string> Columns(string table) => table == "orders"
        ?
        [
            "id", "seller_id", "version", "quantity", "model_polygon_count", "created_at", "status_changed_at", "updated_at", "due_at",
            "price_amount", "price_currency", "shipment_carrier", "shipment_tracking_number",
        ]
        : ["caller_id", "role"];
}

namespace Mes.Embedded.Migrations;

/// <summary>
/// The triggers that write history and outbox write the event into the queue as well. They are those of
/// <see cref="SessionIndependentTriggers"/> otherwise.
/// </summary>
internal static class EventQueueTrigger
{
    private const string Columns =
        "event_id, order_id, version, seller_id, external_id, from_status, to_status, at";

    /// <summary>A random UUID (version 4), in the form in which EF Core stores it.</summary>
    private const string NewId =
        "hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2) || '-'"
        + " || substr('89AB', 1 + (abs(random()) % 4), 1) || substr(hex(randomblob(2)), 2)"
        + " || '-' || hex(randomblob(6))";

    private const string OutboxOfInsert = "INSERT INTO outbox (order_id, version, tags, attempts)";
    private const string OutboxOfUpdate = "INSERT INTO outbox (order_id, version, tags, attempts, due_at)";

    private const string Inserted = $"""
        INSERT INTO event_queue ({Columns})
          VALUES ({NewId}, NEW.id, NEW.version, NEW.seller_id, NEW.external_id, NULL, NEW.status, NEW.updated_at);

          {OutboxOfInsert}
        """;

    private const string Updated = $"""
        INSERT INTO event_queue ({Columns})
          SELECT {NewId}, id, version, seller_id, external_id, OLD.status, status, updated_at
          FROM orders WHERE id = NEW.id;

          {OutboxOfUpdate}
        """;

    public static string Create { get; } = SessionIndependentTriggers.Replace
        .Replace(OutboxOfInsert, Inserted, StringComparison.Ordinal)
        .Replace(OutboxOfUpdate, Updated, StringComparison.Ordinal)
        + """

        INSERT INTO feed (id, last) VALUES (1, 0);
        """;

    /// <summary>The triggers as they were before.</summary>
    public static string Drop => SessionIndependentTriggers.Replace;
}

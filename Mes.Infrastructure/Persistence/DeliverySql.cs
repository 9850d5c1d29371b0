using Mes.Domain.Webhooks;

namespace Mes.Infrastructure.Persistence;

/// <summary>
/// How the sequencer makes the deliveries of the events that it gives positions, in the same transaction: the webhooks
/// that are enabled then get the event. It runs on both engines.
/// </summary>
internal static class DeliverySql
{
    public const string Columns =
        "webhook_id, event_id, lane, version, type, external_id, from_status, to_status, at, state, state_at, "
        + "attempts, failures";

    /// <param name="of">The alias of the event.</param>
    /// <param name="now">SQL for the time.</param>
    public static string Values(string of, string now) =>
        $"w.id, {of}.event_id, {of}.order_id, {of}.version, {Type(of)}, {of}.external_id, {of}.from_status, "
        + $"{of}.to_status, {of}.at, 'waiting', {now}, 0, 0";

    /// <summary>SQL for the condition that a webhook <c>w</c> gets an event.</summary>
    public static string IsMeantFor(string of) => $"""
        w.seller_id = {of}.seller_id AND w.status = 'enabled' AND {of}.webhook_id IS NULL
        AND (w.types = '{Webhook.AllTypes}'
             OR replace(' ' || w.types || ' ', ' ' || {Type(of)} || ' ', '') <> ' ' || w.types || ' ')
        """;

    private static string Type(string of) =>
        $"CASE WHEN {of}.from_status = {of}.to_status THEN 'order.changed' ELSE 'order.' || lower({of}.to_status) END";
}

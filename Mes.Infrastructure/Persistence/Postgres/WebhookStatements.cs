namespace Mes.Infrastructure.Persistence.Postgres;

/// <summary>The statements by which the instances share the deliveries of webhooks (docs/decisions/0048).</summary>
internal static class WebhookStatements
{
    /// <summary>The lock that the sequencers take too. None of them waits for it.</summary>
    public const string HoldFeed = "SELECT id FROM feed FOR UPDATE;";

    /// <summary>
    /// The same in a transaction that lasts for several round trips: an instance that stands still must not hold up the
    /// feed.
    /// </summary>
    public const string HoldFeedInTransaction = """
        SELECT set_config('idle_in_transaction_session_timeout', '3s', true);
        SELECT id FROM feed FOR UPDATE;
        """;

    /// <summary>
    /// One state at a time is locked for each webhook, so two instances never exceed what it may have under way by more
    /// than one claim each; and a webhook that is tried slowly is held by the same statement that claims its lane.
    /// </summary>
    public static string ClaimLanes(IDatabaseEngine engine, LaneClaims claims)
    {
        // The clock is read once, in a query of its own: an index cannot be searched for a function that may change.
        var now = $"(SELECT {engine.Now()})";
        return $$"""
            WITH busy AS MATERIALIZED (
                SELECT webhook_id, COUNT(*) AS count FROM webhook_lanes
                WHERE claim IS NOT NULL AND event_id IS NULL AND due_at > {{now}} GROUP BY webhook_id),
            open AS MATERIALIZED (
                SELECT s.webhook_id, {{claims.Allowed("s")}}
                         - coalesce((SELECT b.count FROM busy AS b WHERE b.webhook_id = s.webhook_id), 0) AS free
                FROM webhook_states AS s
                WHERE {{claims.IsOpen("s", engine.Now(), engine.Now(claims.LatestHold))}}
                  AND EXISTS (SELECT 1 FROM webhook_lanes AS l
                              WHERE l.webhook_id = s.webhook_id AND l.event_id IS NULL AND l.due_at <= {{now}})
                ORDER BY s.claimed_at NULLS FIRST
                LIMIT {{claims.Max}}
                FOR UPDATE OF s SKIP LOCKED),
            picked AS MATERIALIZED (
                SELECT l.webhook_id, l.lane, l.event_id
                FROM open AS o CROSS JOIN LATERAL (
                    SELECT webhook_id, lane, event_id FROM webhook_lanes
                    WHERE webhook_id = o.webhook_id AND event_id IS NULL AND due_at <= {{now}}
                    ORDER BY due_at LIMIT greatest(o.free, 0) FOR UPDATE SKIP LOCKED) AS l
                LIMIT {{claims.Max}}),
            out_of_turn AS MATERIALIZED (
                SELECT webhook_id, lane, event_id FROM webhook_lanes
                WHERE event_id IS NOT NULL AND due_at <= {{now}}
                ORDER BY due_at LIMIT {{claims.Max}} FOR UPDATE SKIP LOCKED),
            held AS (
                UPDATE webhook_states AS s
                SET claimed_at = clock_timestamp(),
                    held_until = CASE WHEN s.failures >= {{claims.SlowAfter}}
                                      THEN {{engine.Now(claims.SlowPauseMilliseconds)}} ELSE s.held_until END
                WHERE s.webhook_id IN (SELECT webhook_id FROM picked))
            UPDATE webhook_lanes AS l SET claim = {0}, due_at = {{engine.Now(claims.ClaimMilliseconds)}}
            FROM (SELECT * FROM picked UNION ALL SELECT * FROM out_of_turn) AS p
            WHERE l.webhook_id = p.webhook_id AND l.lane = p.lane
            """;
    }
}

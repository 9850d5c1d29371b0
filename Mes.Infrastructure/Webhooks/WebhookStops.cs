using System.Security.Cryptography;
using Mes.Domain.Webhooks;
using Mes.Infrastructure.Persistence;

namespace Mes.Infrastructure.Webhooks;

/// <summary>
/// Stops sending to a webhook because of how its receiver has fared, and tells the seller by an event of its feed.
/// </summary>
internal sealed class WebhookStops(IDatabaseEngine engine)
{
    /// <summary>What waits is dropped: it stands in the feed. The webhook is parameter 0.</summary>
    public static IReadOnlyList<string> Drop(IDatabaseEngine engine) =>
    [
        """
        UPDATE webhook_states SET failures = 0, failing_milliseconds = 0, last_failure_at = NULL, held_until = NULL,
               portion = NULL
        WHERE webhook_id = {0}
        """,
        $$"""
        UPDATE webhook_deliveries SET state = 'dropped', state_at = {{engine.Now()}}, next_at = NULL
        WHERE webhook_id = {0} AND state = 'waiting'
        """,
        "DELETE FROM webhook_lanes WHERE webhook_id = {0}",
    ];

    /// <summary>The receiver has answered 410.</summary>
    public Task DisableAsync(MesDbContext context, Guid webhookId, CancellationToken cancellationToken) =>
        StopAsync(context, webhookId, WebhookStatus.Disabled, WebhookReasons.Gone, cancellationToken);

    /// <summary>Nothing has succeeded for too long.</summary>
    public Task PauseAsync(MesDbContext context, Guid webhookId, CancellationToken cancellationToken) =>
        StopAsync(context, webhookId, WebhookStatus.Paused, WebhookReasons.NoSuccess, cancellationToken);

    private Task StopAsync(
        MesDbContext context, Guid webhookId, WebhookStatus status, string reason, CancellationToken cancellationToken)
    {
        var name = status.ToString().ToLowerInvariant();

        // Under the lock that every change of a webhook takes, so that all statements find the same. If the seller has
        // stopped it meanwhile, there is nothing left to drop.
        var statements = $$"""
            {{engine.HoldFeed}}
            INSERT INTO event_queue (event_id, order_id, version, seller_id, external_id, from_status, to_status, at,
                                     webhook_id, notice)
            SELECT {1}, id, 0, seller_id, '', NULL, 'SUBMITTED', {{engine.Now()}}, id, '{{name}} {{reason}}'
            FROM webhooks WHERE id = {0} AND status = 'enabled';
            UPDATE webhooks SET status = '{{name}}', status_reason = '{{reason}}'
            WHERE id = {0} AND status = 'enabled';
            {{string.Join(";\n", Drop(engine).Select(one =>
                $"{one} AND NOT EXISTS (SELECT 1 FROM webhooks WHERE id = {{0}} AND status = 'enabled')"))}};
            """;
        return engine.ExecuteTogetherAsync(
            context, statements, [webhookId, new Guid(RandomNumberGenerator.GetBytes(16))], cancellationToken);
    }
}

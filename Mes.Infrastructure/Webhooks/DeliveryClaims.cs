using System.Globalization;
using System.Security.Cryptography;
using Mes.Application.Events;
using Mes.Infrastructure.Persistence;
using Mes.Infrastructure.Persistence.Model;
using Microsoft.EntityFrameworkCore;

namespace Mes.Infrastructure.Webhooks;

/// <summary>
/// The statements by which the instances share the deliveries. An instance claims lanes that are due and notes what
/// became of each attempt. A claim ends by itself, so the deliveries of an instance that was killed go on elsewhere
/// (docs/decisions/0048).
/// </summary>
internal sealed class DeliveryClaims(IDatabaseEngine engine, DatabaseTime time, TimeProvider clock)
{
    /// <summary>
    /// A claim that is older is not begun with: by now another instance may have it soon. Changes of the webhook since
    /// then are not older either.
    /// </summary>
    public static readonly TimeSpan SendWithin = TimeSpan.FromSeconds(1.5);

    /// <summary>After so many failures in a row one delivery at a time is tried.</summary>
    public const int SlowAfter = 10;

    /// <summary>As long as an attempt may take, and what is noted after it.</summary>
    private static readonly TimeSpan ClaimTime = WebhookSender.Limit + TimeSpan.FromSeconds(7);

    private static readonly TimeSpan SlowPause = TimeSpan.FromMinutes(5);

    private const int MaxUnderWay = 16;

    private static readonly LaneClaims Terms = new()
    {
        ClaimMilliseconds = (int)ClaimTime.TotalMilliseconds,
        MaxUnderWay = MaxUnderWay,
        MaxOfFailing = 2,
        SlowAfter = SlowAfter,
        SlowPauseMilliseconds = (int)SlowPause.TotalMilliseconds,
        LatestHold = (int)TimeSpan.FromMinutes(61).TotalMilliseconds,
        Max = 200,
    };

    private const string Null = "NULL";

    private static readonly string Delivered = $$"""
        UPDATE webhook_states
        SET failures = 0, failing_milliseconds = 0, last_failure_at = NULL, held_until = NULL,
            portion = CASE WHEN failures >= {{SlowAfter}} THEN 1
                           WHEN 2 * portion >= {{MaxUnderWay}} THEN NULL
                           ELSE 2 * portion END
        WHERE webhook_id = {0} AND (failures > 0 OR portion IS NOT NULL OR held_until IS NOT NULL);
        """;

    /// <summary>
    /// Removes the lane if nothing waits in it. If something was added since the claim, this statement may not see it
    /// yet, but it sees that the lane has changed.
    /// </summary>
    private const string RemoveEmpty = """
        DELETE FROM webhook_lanes
        WHERE webhook_id = {0} AND lane = {1} AND claim = {2} AND changes = {3}
          AND NOT EXISTS (SELECT 1 FROM webhook_deliveries AS d
                          WHERE d.webhook_id = {0} AND d.lane = {1} AND d.state = 'waiting');

        """;

    /// <summary>Claims what is due.</summary>
    public async Task<IReadOnlyList<ClaimedDelivery>> ClaimAsync(
        MesDbContext context, CancellationToken cancellationToken)
    {
        var claim = new Guid(RandomNumberGenerator.GetBytes(16));
        var claimedAt = clock.GetTimestamp();
        if (await engine.ClaimLanesAsync(context, claim, Terms, cancellationToken) == 0)
        {
            return [];
        }

        // In this order the times of attempts are never late, so one that follows another does not seem to be earlier.
        var now = await time.ReadAsync(context, cancellationToken);
        var at = clock.GetTimestamp();
        var lanes = await context.WebhookLanes.AsNoTracking().Where(lane => lane.Claim == claim)
            .Select(lane => new
            {
                Lane = lane,
                Next = context.WebhookDeliveries
                    .Where(delivery => delivery.WebhookId == lane.WebhookId && delivery.Lane == lane.Lane
                        && delivery.State == WebhookDelivery.Waiting)
                    .OrderBy(delivery => delivery.Version).Select(delivery => (long?)delivery.Id).FirstOrDefault(),
                OutOfTurn = context.WebhookDeliveries
                    .Where(delivery => delivery.WebhookId == lane.WebhookId && delivery.EventId == lane.EventId)
                    .Select(delivery => (long?)delivery.Id).FirstOrDefault(),
                Failures = context.WebhookStates.Where(state => state.WebhookId == lane.WebhookId)
                    .Select(state => state.Failures).FirstOrDefault(),
            })
            .ToListAsync(cancellationToken);
        var webhookIds = lanes.Select(one => one.Lane.WebhookId).Distinct().ToArray();
        var webhooks = await context.Webhooks.AsNoTracking().Where(webhook => webhookIds.Contains(webhook.Id))
            .ToDictionaryAsync(webhook => webhook.Id, cancellationToken);
        var ids = lanes.Select(one => one.OutOfTurn ?? one.Next).OfType<long>().ToArray();
        var deliveries = await context.WebhookDeliveries.AsNoTracking()
            .Where(delivery => ids.Contains(delivery.Id))
            .ToDictionaryAsync(delivery => delivery.Id, cancellationToken);

        List<ClaimedDelivery> claimed = [];
        foreach (var one in lanes)
        {
            if ((one.OutOfTurn ?? one.Next) is { } id
                && deliveries.TryGetValue(id, out var delivery)
                && webhooks.TryGetValue(one.Lane.WebhookId, out var webhook))
            {
                claimed.Add(new ClaimedDelivery(
                    one.Lane, webhook, delivery, one.Failures >= SlowAfter, now, at, claimedAt));
            }
            else
            {
                // What the lane was for was sent out of turn, or dropped.
                await engine.ExecuteTogetherAsync(
                    context, RemoveEmpty + Free(engine.LongAgo("0")), ParametersOf(one.Lane), cancellationToken);
            }
        }

        return claimed;
    }

    /// <summary>Notes an attempt, and what follows from it.</summary>
    /// <param name="at">When the attempt began, by the database's clock.</param>
    /// <param name="duration">How long it took.</param>
    /// <param name="pause">When it is tried again; null if it is not.</param>
    public async Task RecordAsync(
        MesDbContext context,
        ClaimedDelivery claimed,
        AttemptOutcome outcome,
        DateTimeOffset at,
        TimeSpan duration,
        TimeSpan? pause,
        CancellationToken cancellationToken)
    {
        if (outcome.IsDelivered && claimed.IsSlow)
        {
            await ReleaseAllAsync(context, claimed.Webhook.Id, cancellationToken);
        }

        var state = StateAfter(claimed, outcome, pause);
        var next = pause is { } wait ? engine.Now((int)wait.TotalMilliseconds) : Null;

        // In the order of the locks that stopping a webhook takes: its state, the deliveries, the lanes.
        var statements = string.Join(
            '\n',
            UpdateState(claimed, outcome),
            UpdateDelivery(claimed, outcome, state, next),
            InsertAttempt(claimed, outcome, duration),
            UpdateLane(claimed, state, next));
        await engine.ExecuteTogetherAsync(
            context,
            statements,
            [.. ParametersOf(claimed.Lane), claimed.Delivery.EventId, claimed.Delivery.Type, engine.ToColumn(at)],
            cancellationToken);
    }

    /// <summary>Gives a claim back: the lane is due again after the pause.</summary>
    public Task ReleaseAsync(
        MesDbContext context, ClaimedDelivery claimed, TimeSpan pause, CancellationToken cancellationToken) =>
        engine.ExecuteTogetherAsync(
            context, Free(engine.Now((int)pause.TotalMilliseconds)), ParametersOf(claimed.Lane), cancellationToken);

    /// <summary>
    /// Makes lanes due whose claim seems to end later than any claim can: it was made before the database's clock was
    /// set back.
    /// </summary>
    public Task FreeStrandedAsync(MesDbContext context, CancellationToken cancellationToken)
    {
        var sql = $"""
            UPDATE webhook_lanes SET due_at = {engine.LongAgo("0")}
            WHERE claim IS NOT NULL AND due_at > {engine.Now(2 * Terms.ClaimMilliseconds)}
            """;
        return context.Database.ExecuteSqlRawAsync(sql, cancellationToken);
    }

    /// <summary>For how long attempts have failed since the last success.</summary>
    public async Task<TimeSpan> FailingForAsync(
        MesDbContext context, Guid webhookId, CancellationToken cancellationToken) =>
        TimeSpan.FromMilliseconds(await context.WebhookStates.AsNoTracking()
            .Where(state => state.WebhookId == webhookId).Select(state => state.FailingMilliseconds)
            .FirstOrDefaultAsync(cancellationToken));

    /// <returns>Null if the delivery stays in its state.</returns>
    private static string? StateAfter(ClaimedDelivery claimed, AttemptOutcome outcome, TimeSpan? pause) =>
        outcome.IsDelivered ? WebhookDelivery.Delivered
        : claimed.IsOutOfTurn && claimed.Delivery.Type != TestEventData.Type ? null
        : pause is null ? WebhookDelivery.Failed
        : null;

    private string UpdateState(ClaimedDelivery claimed, AttemptOutcome outcome)
    {
        if (outcome.IsDelivered)
        {
            return Delivered;
        }

        var hold = outcome.RetryAfter is { } wait ? engine.Now((int)wait.TotalMilliseconds) : null;
        if (claimed.IsOutOfTurn)
        {
            return hold is null
                ? string.Empty
                : $$"""UPDATE webhook_states SET held_until = {{hold}} WHERE webhook_id = {0};""";
        }

        var since = engine.MillisecondsSince("last_failure_at");
        var longest = (long)RetrySchedule.Longest.TotalMilliseconds;
        return $$"""
            UPDATE webhook_states
            SET failures = failures + 1,
                failing_milliseconds = failing_milliseconds
                    + CASE WHEN last_failure_at IS NULL OR {{since}} < 0 THEN 0
                           WHEN {{since}} > {{longest}} THEN {{longest}}
                           ELSE CAST({{since}} AS bigint) END,
                last_failure_at = {{engine.Now()}},
                held_until = {{hold ?? $"""
                    CASE WHEN failures + 1 >= {SlowAfter} THEN {engine.Now(Terms.SlowPauseMilliseconds)}
                         ELSE held_until END
                    """}}
            WHERE webhook_id = {0};
            """;
    }

    private string UpdateDelivery(ClaimedDelivery claimed, AttemptOutcome outcome, string? state, string next)
    {
        var changes = "attempts = attempts + 1"
            + (state is null ? "" : $", state = '{state}', state_at = {engine.Now()}")
            + (claimed.IsOutOfTurn && state is null ? "" : $", next_at = {next}")
            + (claimed.IsOutOfTurn || outcome.IsDelivered ? "" : ", failures = failures + 1");
        return $$"""
            UPDATE webhook_deliveries SET {{changes}}
            WHERE webhook_id = {0} AND event_id = {4}
                {{(claimed.IsOutOfTurn ? "" : $"AND state = '{WebhookDelivery.Waiting}'")}};
            """;
    }

    private static string InsertAttempt(ClaimedDelivery claimed, AttemptOutcome outcome, TimeSpan duration)
    {
        var status = outcome.ResponseStatus?.ToString(CultureInfo.InvariantCulture) ?? Null;
        var error = outcome.Error is { } name ? $"'{name}'" : Null;
        var milliseconds = (int)duration.TotalMilliseconds;
        return $$"""
            INSERT INTO webhook_attempts (webhook_id, event_id, type, attempt, at, response_status, duration_ms, error)
            VALUES ({0}, {4}, {5}, {{claimed.Delivery.Attempts + 1}}, {6}, {{status}}, {{milliseconds}}, {{error}});
            """;
    }

    private string UpdateLane(ClaimedDelivery claimed, string? state, string next) =>
        claimed.IsOutOfTurn ? "DELETE FROM webhook_lanes WHERE webhook_id = {0} AND lane = {1};"
        : state is null ? Free(next)
        : RemoveEmpty + Free(engine.LongAgo(claimed.Delivery.Id.ToString(CultureInfo.InvariantCulture)));

    private static string Free(string dueAt) =>
        $$"""
        UPDATE webhook_lanes SET claim = NULL, due_at = {{dueAt}}
        WHERE webhook_id = {0} AND lane = {1} AND claim = {2};
        """;

    private static object?[] ParametersOf(WebhookLane lane) =>
        [lane.WebhookId, lane.Lane, lane.Claim, lane.Changes];

    /// <summary>After many failures one has succeeded: what waits is due, the oldest first.</summary>
    private Task ReleaseAllAsync(MesDbContext context, Guid webhookId, CancellationToken cancellationToken)
    {
        // Many lanes are locked at once, so not while a sequencer does the same.
        var statements = $$"""
            {{engine.HoldFeed}}
            UPDATE webhook_lanes SET due_at = coalesce(
                {{engine.LongAgo("""
                    SELECT MIN(d.id) FROM webhook_deliveries AS d
                    WHERE d.webhook_id = webhook_lanes.webhook_id AND d.lane = webhook_lanes.lane
                      AND d.state = 'waiting'
                    """)}},
                due_at)
            WHERE webhook_id = {0} AND due_at > {{engine.Now()}} AND event_id IS NULL AND claim IS NULL;
            """;
        return engine.ExecuteTogetherAsync(context, statements, [webhookId], cancellationToken);
    }
}

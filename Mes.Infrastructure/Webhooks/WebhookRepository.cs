using System.Security.Cryptography;
using Mes.Application.Events;
using Mes.Application.Webhooks;
using Mes.Domain.Orders;
using Mes.Domain.Webhooks;
using Mes.Infrastructure.Persistence;
using Mes.Infrastructure.Persistence.Model;
using Microsoft.EntityFrameworkCore;

namespace Mes.Infrastructure.Webhooks;

/// <summary>
/// The webhooks within one change. After <see cref="BeginChangeAsync"/> no read is retried, because only its
/// transaction holds the feed.
/// </summary>
internal sealed class WebhookRepository(
    MesDbContext context,
    IDatabaseEngine engine,
    DatabaseTime time,
    TransientRetry retry,
    DispatchSignal signal,
    TimeProvider clock)
    : IWebhookRepository
{
    private static readonly TimeSpan LongestSettling = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(25);

    public async Task SettleAsync(string sellerId, CancellationToken cancellationToken)
    {
        var started = clock.GetTimestamp();
        var queue = context.EventQueue.AsNoTracking().Where(queued => queued.SellerId == sellerId);
        var last = await retry.RunAsync(
            context,
            token => queue.MaxAsync(queued => (long?)queued.Id, token), cancellationToken);
        while (last is not null
            && clock.GetElapsedTime(started) < LongestSettling
            && await retry.RunAsync(
                context,
                token => queue.AnyAsync(queued => queued.Id <= last, token), cancellationToken))
        {
            await Task.Delay(Pause, clock, cancellationToken);
        }
    }

    public Task<DateTimeOffset> BeginChangeAsync(CancellationToken cancellationToken) => retry.RunAsync(
        context,
        async token =>
        {
            if (context.Database.CurrentTransaction is { } broken)
            {
                await broken.DisposeAsync();
            }

            await context.Database.BeginTransactionAsync(token);
            await engine.HoldFeedAsync(context, token);
            return await time.ReadAsync(context, token);
        },
        cancellationToken);

    public void Add(Webhook webhook)
    {
        context.Add(webhook);
        context.Add(new WebhookState { WebhookId = webhook.Id });
    }

    public Task<Webhook?> FindAsync(Guid id, CancellationToken cancellationToken) =>
        retry.RunOnceAsync(
            context,
            token => context.Webhooks.FirstOrDefaultAsync(webhook => webhook.Id == id, token), cancellationToken);

    public Task<int> CountAsync(string sellerId, CancellationToken cancellationToken) =>
        retry.RunOnceAsync(
            context,
            token => context.Webhooks.CountAsync(webhook => webhook.SellerId == sellerId, token), cancellationToken);

    public async Task RemoveAsync(Webhook webhook, CancellationToken cancellationToken)
    {
        await DropAsync(webhook, cancellationToken);
        await ExecuteAsync("DELETE FROM webhook_states WHERE webhook_id = {0}", [webhook.Id], cancellationToken);
        context.Remove(webhook);
    }

    public async Task DropAsync(Webhook webhook, CancellationToken cancellationToken)
    {
        foreach (var statement in WebhookStops.Drop(engine))
        {
            await ExecuteAsync(statement, [webhook.Id], cancellationToken);
        }
    }

    public void Notify(Webhook webhook, string notice, DateTimeOffset now) => context.Add(new QueuedEvent
    {
        EventId = RandomId(),
        OrderId = webhook.Id,
        SellerId = webhook.SellerId,
        ExternalId = string.Empty,
        ToStatus = OrderStatus.Submitted,
        At = now,
        WebhookId = webhook.Id,
        Notice = notice,
    });

    public async Task<TimeSpan?> CountCallAsync(
        Webhook webhook, DateTimeOffset now, CancellationToken cancellationToken)
    {
        // One that seems to be in the future was made before the database's clock was set back.
        var from = now - WebhookLimits.CallWindow;
        await ExecuteAsync(
            "DELETE FROM webhook_calls WHERE webhook_id = {0} AND (at <= {1} OR at > {2})",
            [webhook.Id, engine.ToColumn(from), engine.ToColumn(now)],
            cancellationToken);
        var calls = await retry.RunOnceAsync(
            context,
            token => context.WebhookCalls.AsNoTracking().Where(call => call.WebhookId == webhook.Id)
                .OrderBy(call => call.At).Select(call => call.At).ToListAsync(token),
            cancellationToken);
        if (calls.Count >= WebhookLimits.CallsPerWindow)
        {
            return calls[^WebhookLimits.CallsPerWindow] - from;
        }

        context.Add(new WebhookCall { WebhookId = webhook.Id, At = now });
        return null;
    }

    public Guid AddTest(Webhook webhook, DateTimeOffset now)
    {
        var eventId = RandomId();
        context.Add(new WebhookDelivery
        {
            WebhookId = webhook.Id,
            EventId = eventId,
            Lane = eventId,
            Type = TestEventData.Type,
            At = now,
            State = WebhookDelivery.Waiting,
            StateAt = now,
        });
        AddLane(webhook, eventId);
        return eventId;
    }

    public async Task<bool> ReplayAsync(Webhook webhook, Guid eventId, CancellationToken cancellationToken)
    {
        var isThere = await retry.RunOnceAsync(
            context,
            token => context.WebhookDeliveries.AnyAsync(
                delivery => delivery.WebhookId == webhook.Id && delivery.EventId == eventId, token),
            cancellationToken);
        if (isThere)
        {
            AddLane(webhook, eventId);
        }

        return isThere;
    }

    public async Task<int> ReplayFailedAsync(
        Webhook webhook, DateTimeOffset since, CancellationToken cancellationToken)
    {
        var lanes = $$"""
            INSERT INTO webhook_lanes (webhook_id, lane, changes, due_at)
            SELECT webhook_id, lane, 0, {{engine.LongAgo("MIN(id)")}} FROM webhook_deliveries
            WHERE webhook_id = {0} AND state IN ('failed', 'dropped') AND state_at >= {1} AND version > 0
            GROUP BY webhook_id, lane
            ON CONFLICT (webhook_id, lane) DO UPDATE SET changes = webhook_lanes.changes + 1
            """;
        var deliveries = $$"""
            UPDATE webhook_deliveries SET state = 'waiting', state_at = {{engine.Now()}}, failures = 0,
                next_at = {{engine.Now()}}
            WHERE webhook_id = {0} AND state IN ('failed', 'dropped') AND state_at >= {1} AND version > 0
            """;
        object[] parameters = [webhook.Id, engine.ToColumn(since)];
        await ExecuteAsync(lanes, parameters, cancellationToken);
        return await ExecuteAsync(deliveries, parameters, cancellationToken);
    }

    /// <summary>It is due at once, also if the database's clock is set back.</summary>
    private void AddLane(Webhook webhook, Guid eventId)
    {
        context.Add(new WebhookLane
        {
            WebhookId = webhook.Id,
            Lane = RandomId(),
            EventId = eventId,
            DueAt = DateTimeOffset.UnixEpoch,
        });
        signal.Set();
    }

    private Task<int> ExecuteAsync(string sql, object[] parameters, CancellationToken cancellationToken) =>
        retry.RunOnceAsync(
            context,
            token => context.Database.ExecuteSqlRawAsync(sql, parameters, token), cancellationToken);

    private static Guid RandomId() => new(RandomNumberGenerator.GetBytes(16));
}

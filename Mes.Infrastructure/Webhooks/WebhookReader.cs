using Mes.Application.Webhooks;
using Mes.Application.Webhooks.ListDeliveries;
using Mes.Infrastructure.Persistence;
using Mes.Infrastructure.Persistence.Model;
using Mes.Infrastructure.Persistence.Reads;
using Microsoft.EntityFrameworkCore;

namespace Mes.Infrastructure.Webhooks;

internal sealed class WebhookReader(DatabaseReads reads) : IWebhookReader
{
    public Task<WebhookDocument?> FindAsync(Guid id, string sellerId, CancellationToken cancellationToken) =>
        reads.ReadAsync(
            async (context, token) => await context.Webhooks.AsNoTracking()
                .FirstOrDefaultAsync(webhook => webhook.Id == id && webhook.SellerId == sellerId, token) is { } found
                    ? WebhookDocument.From(found)
                    : null,
            cancellationToken);

    public Task<IReadOnlyList<WebhookDocument>> ListAsync(string sellerId, CancellationToken cancellationToken) =>
        reads.ReadAsync<IReadOnlyList<WebhookDocument>>(
            async (context, token) =>
            [
                .. (await context.Webhooks.AsNoTracking().Where(webhook => webhook.SellerId == sellerId)
                    .OrderBy(webhook => webhook.CreatedAt).ThenBy(webhook => webhook.Id).ToListAsync(token))
                    .Select(WebhookDocument.From),
            ],
            cancellationToken);

    public Task<IReadOnlyList<LoggedDelivery>> ListDeliveriesAsync(
        Guid webhookId, DeliveryPosition? after, int count, CancellationToken cancellationToken) =>
        reads.ReadSnapshotAsync<IReadOnlyList<LoggedDelivery>>(
            async (context, token) =>
            {
                var attempts = await AttemptsAsync(context, webhookId, after, count, token);
                var others = await WithoutAttemptAsync(context, webhookId, after, count, token);
                return
                [
                    .. attempts.Concat(others)
                        .OrderByDescending(row => row.Position.At).ThenByDescending(row => row.Position.Rank)
                        .Take(count),
                ];
            },
            cancellationToken);

    private static async Task<List<LoggedDelivery>> AttemptsAsync(
        MesDbContext context, Guid webhookId, DeliveryPosition? after, int count, CancellationToken cancellationToken)
    {
        var attempts = context.WebhookAttempts.AsNoTracking().Where(attempt => attempt.WebhookId == webhookId);
        if (after is { At: var at, Rank: var rank })
        {
            attempts = attempts.Where(
                attempt => attempt.At < at || (attempt.At == at && (2 * attempt.Id) + 1 < rank));
        }

        var found = await (
            from attempt in attempts.OrderByDescending(a => a.At).ThenByDescending(a => a.Id).Take(count)
            join delivery in context.WebhookDeliveries.AsNoTracking()
                on new { attempt.WebhookId, attempt.EventId } equals new { delivery.WebhookId, delivery.EventId }
                into planned
            from delivery in planned.DefaultIfEmpty()
            select new
            {
                Attempt = attempt,
                IsPlanned = delivery != null && delivery.State == WebhookDelivery.Waiting
                    && delivery.Attempts == attempt.Attempt,
                NextAt = delivery == null ? null : delivery.NextAt,
                HeldUntil = context.WebhookStates.Where(state => state.WebhookId == attempt.WebhookId)
                    .Select(state => state.HeldUntil).FirstOrDefault(),
            }).ToListAsync(cancellationToken);
        return
        [
            .. found.Select(row => new LoggedDelivery(
                new DeliveryPosition(row.Attempt.At, (2 * row.Attempt.Id) + 1),
                new DeliveryDocument(
                    row.Attempt.EventId,
                    row.Attempt.Type,
                    row.Attempt.Attempt,
                    row.Attempt.At,
                    row.Attempt.Error is null ? WebhookDelivery.Delivered : WebhookDelivery.Failed,
                    row.Attempt.ResponseStatus,
                    row.Attempt.DurationMs,
                    row.Attempt.Error,
                    row.IsPlanned && row.Attempt.Error is not null ? Later(row.NextAt, row.HeldUntil) : null))),
        ];
    }

    /// <summary>The events that have not been tried yet, and those that are not tried any more.</summary>
    private static async Task<List<LoggedDelivery>> WithoutAttemptAsync(
        MesDbContext context, Guid webhookId, DeliveryPosition? after, int count, CancellationToken cancellationToken)
    {
        List<LoggedDelivery> all = [];
        foreach (var state in new[] { WebhookDelivery.Waiting, WebhookDelivery.Dropped })
        {
            var rows = context.WebhookDeliveries.AsNoTracking()
                .Where(row => row.WebhookId == webhookId && row.State == state);
            if (state == WebhookDelivery.Waiting)
            {
                rows = rows.Where(row => row.Attempts == 0);
            }

            if (after is { At: var at, Rank: var rank })
            {
                rows = rows.Where(row => row.StateAt < at || (row.StateAt == at && 2 * row.Id < rank));
            }

            var found = await rows.OrderByDescending(row => row.StateAt).ThenByDescending(row => row.Id)
                .Take(count).ToListAsync(cancellationToken);
            all.AddRange(found.Select(row => new LoggedDelivery(
                new DeliveryPosition(row.StateAt, 2 * row.Id),
                new DeliveryDocument(row.EventId, row.Type, 0, row.StateAt, row.State, null, null, null, null))));
        }

        return all;
    }

    private static DateTimeOffset? Later(DateTimeOffset? one, DateTimeOffset? other) => one > other || other is null
        ? one
        : one is null ? null : other;
}

using Mes.Domain.Webhooks;

namespace Mes.Application.Webhooks;

/// <summary>A webhook, without its secret.</summary>
/// <param name="Id">The webhook's id.</param>
/// <param name="Url">Where events are sent.</param>
/// <param name="Types">The types of the events that are sent; <c>*</c> stands for all.</param>
/// <param name="Description">What the webhook is for; null where the seller has not said.</param>
/// <param name="Status">Whether events are sent: enabled, paused (by the service) or disabled.</param>
/// <param name="StatusReason">Why no events are sent; null while the webhook is enabled.</param>
/// <param name="CreatedAt">When the webhook was made.</param>
public sealed record WebhookDocument(
    Guid Id,
    string Url,
    IReadOnlyList<string> Types,
    string? Description,
    string Status,
    string? StatusReason,
    DateTimeOffset CreatedAt)
{
    public static WebhookDocument From(Webhook webhook) => new(
        webhook.Id,
        webhook.Url,
        webhook.TypeNames,
        webhook.Description,
        NameOf(webhook.Status),
        webhook.StatusReason,
        webhook.CreatedAt);

    /// <summary>A status as callers write it.</summary>
    public static string NameOf(WebhookStatus status) => status.ToString().ToLowerInvariant();
}

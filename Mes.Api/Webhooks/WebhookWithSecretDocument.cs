using Mes.Application.Webhooks;

namespace Mes.Api.Webhooks;

/// <summary>A webhook whose secret was just made.</summary>
/// <param name="Id">The webhook's id.</param>
/// <param name="Url">Where events are sent.</param>
/// <param name="Types">The types of the events that are sent; <c>*</c> stands for all.</param>
/// <param name="Description">What the webhook is for; null where the seller has not said.</param>
/// <param name="Status">Whether events are sent: enabled, paused (by the service) or disabled.</param>
/// <param name="StatusReason">Why no events are sent; null while the webhook is enabled.</param>
/// <param name="CreatedAt">When the webhook was made.</param>
/// <param name="Secret">
/// What the deliveries are signed with: <c>whsec_</c> and base64. This is the only time that it is shown.
/// </param>
internal sealed record WebhookWithSecretDocument(
    Guid Id,
    string Url,
    IReadOnlyList<string> Types,
    string? Description,
    string Status,
    string? StatusReason,
    DateTimeOffset CreatedAt,
    string Secret)
{
    public static WebhookWithSecretDocument From(WebhookWithSecret made) => new(
        made.Webhook.Id,
        made.Webhook.Url,
        made.Webhook.Types,
        made.Webhook.Description,
        made.Webhook.Status,
        made.Webhook.StatusReason,
        made.Webhook.CreatedAt,
        made.Secret);
}

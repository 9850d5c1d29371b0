namespace Mes.Api.Webhooks.Bodies;

/// <summary>A new webhook.</summary>
/// <param name="Url">Where events are sent: an absolute URL with https.</param>
/// <param name="Types">The types of the events to send; <c>*</c> alone, or absent, for all.</param>
/// <param name="Description">What the webhook is for.</param>
internal sealed record RegisterWebhookBody(string? Url, string?[]? Types, string? Description);

namespace Mes.Application.Webhooks;

/// <summary>A webhook whose secret was just made.</summary>
/// <param name="Secret">As the receiver needs it: <c>whsec_</c> and base64. It is shown once.</param>
public sealed record WebhookWithSecret(WebhookDocument Webhook, string Secret);

namespace Mes.Application.Events;

/// <summary>That the service, or an administrator, has stopped sending to a webhook.</summary>
/// <param name="Text">The webhook's status and the reason, separated by a space: <c>paused no-success</c>.</param>
public sealed record WebhookNotice(Guid WebhookId, string Text)
{
    public string Type => $"webhook.{Text[..Space]}";

    internal WebhookEventData Data => new(WebhookId, Text[(Space + 1)..]);

    private int Space => Text.IndexOf(' ', StringComparison.Ordinal);
}

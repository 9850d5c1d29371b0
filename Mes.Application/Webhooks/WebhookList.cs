namespace Mes.Application.Webhooks;

/// <summary>All webhooks of a seller.</summary>
/// <param name="Items">The webhooks, oldest first.</param>
public sealed record WebhookList(IReadOnlyList<WebhookDocument> Items);

using Mes.Application.Messaging;
using Mes.Domain.Callers;

namespace Mes.Application.Webhooks.ChangeWebhook;

/// <summary>Changes of a webhook what the caller names. An administrator may disable it, and nothing else.</summary>
/// <param name="WebhookId">As the caller has written it.</param>
/// <param name="Changed">The names of the parts to change, as below.</param>
public sealed record ChangeWebhook(
    string WebhookId,
    Caller Caller,
    IReadOnlySet<string> Changed,
    string? Url,
    IReadOnlyList<string?>? Types,
    string? Description,
    string? Status)
    : ICommand<WebhookDocument>
{
    public IReadOnlyCollection<string> Tags => [];

    internal bool Changes(string name) => Changed.Contains(name);
}

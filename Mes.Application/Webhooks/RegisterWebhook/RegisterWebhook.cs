using Mes.Application.Messaging;
using Mes.Domain.Callers;

namespace Mes.Application.Webhooks.RegisterWebhook;

/// <summary>Has the events of the caller's orders sent to an address, from now on.</summary>
/// <param name="Types">The types of events to send; null for all.</param>
public sealed record RegisterWebhook(
    Caller Caller, string? Url, IReadOnlyList<string?>? Types, string? Description) : ICommand<WebhookWithSecret>
{
    public IReadOnlyCollection<string> Tags => [];
}

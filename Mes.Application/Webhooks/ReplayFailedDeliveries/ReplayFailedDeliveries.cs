using Mes.Application.Messaging;
using Mes.Domain.Callers;

namespace Mes.Application.Webhooks.ReplayFailedDeliveries;

/// <summary>
/// Has all events sent to a webhook again, in turn, that failed for good or were dropped since a time.
/// </summary>
/// <param name="WebhookId">As the caller has written it.</param>
public sealed record ReplayFailedDeliveries(string WebhookId, Caller Caller, DateTimeOffset? Since)
    : ICommand<ReplayedDeliveries>
{
    public IReadOnlyCollection<string> Tags => [];
}

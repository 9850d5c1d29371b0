using Mes.Application.Messaging;
using Mes.Domain.Callers;

namespace Mes.Application.Webhooks.ListDeliveries;

/// <summary>The log of what was sent to a webhook of a seller, newest first.</summary>
/// <param name="WebhookId">As the caller has written it.</param>
public sealed record ListDeliveries(string WebhookId, Caller Caller, int Limit, string? Cursor) : IQuery<DeliveryPage>
{
    /// <summary>What a cursor of this list is bound to.</summary>
    internal string CursorScope => $"deliveries\n{Caller}\n{WebhookId}";
}

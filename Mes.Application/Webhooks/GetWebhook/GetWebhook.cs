using Mes.Application.Messaging;
using Mes.Domain.Callers;

namespace Mes.Application.Webhooks.GetWebhook;

/// <summary>One webhook of a seller, without its secret.</summary>
/// <param name="WebhookId">As the caller has written it.</param>
public sealed record GetWebhook(string WebhookId, Caller Caller) : IQuery<WebhookDocument>;

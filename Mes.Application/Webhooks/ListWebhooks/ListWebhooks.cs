using Mes.Application.Messaging;
using Mes.Domain.Callers;

namespace Mes.Application.Webhooks.ListWebhooks;

/// <summary>The webhooks of a seller.</summary>
/// <param name="SellerId">Required of an administrator; a seller may name itself.</param>
public sealed record ListWebhooks(Caller Caller, string? SellerId) : IQuery<WebhookList>;

using MediatR;
using Mes.Domain.Results;
using Mes.Domain.Webhooks;

namespace Mes.Application.Webhooks.DeleteWebhook;

internal sealed class DeleteWebhookHandler(IWebhookRepository webhooks) : IRequestHandler<DeleteWebhook, Result<Guid>>
{
    public async Task<Result<Guid>> Handle(DeleteWebhook command, CancellationToken cancellationToken)
    {
        await webhooks.BeginChangeAsync(cancellationToken);
        if (await webhooks.FindAsync(command.WebhookId, command.Caller, cancellationToken) is not { } webhook)
        {
            return WebhookErrors.NotFound;
        }

        await webhooks.RemoveAsync(webhook, cancellationToken);
        return webhook.Id;
    }
}

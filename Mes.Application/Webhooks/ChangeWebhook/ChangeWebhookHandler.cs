using MediatR;
using Mes.Domain.Callers;
using Mes.Domain.Results;
using Mes.Domain.Webhooks;

namespace Mes.Application.Webhooks.ChangeWebhook;

internal sealed class ChangeWebhookHandler(IWebhookRepository webhooks)
    : IRequestHandler<ChangeWebhook, Result<WebhookDocument>>
{
    public async Task<Result<WebhookDocument>> Handle(ChangeWebhook command, CancellationToken cancellationToken)
    {
        var isAdmin = command.Caller.Role == Role.Admin;
        if (isAdmin && !(command.Changed.Count == 1 && command.Status == ChangeWebhookValidator.Disabled))
        {
            return WebhookErrors.OnlyDisable;
        }

        if (command.Status == ChangeWebhookValidator.Enabled)
        {
            await webhooks.SettleAsync(command.Caller.Id, cancellationToken);
        }

        var now = await webhooks.BeginChangeAsync(cancellationToken);
        if (await webhooks.FindAsync(command.WebhookId, command.Caller, cancellationToken) is not { } webhook)
        {
            return WebhookErrors.NotFound;
        }

        Describe(webhook, command);
        if (command.Status == ChangeWebhookValidator.Disabled && webhook.Status != WebhookStatus.Disabled)
        {
            webhook.Disable(isAdmin ? WebhookReasons.Admin : WebhookReasons.Seller);
            await webhooks.DropAsync(webhook, cancellationToken);
            if (isAdmin)
            {
                webhooks.Notify(webhook, $"disabled {WebhookReasons.Admin}", now);
            }
        }
        else if (command.Status == ChangeWebhookValidator.Enabled && webhook.Status != WebhookStatus.Enabled)
        {
            webhook.Enable();
            await webhooks.DropAsync(webhook, cancellationToken);
        }

        return WebhookDocument.From(webhook);
    }

    private static void Describe(Webhook webhook, ChangeWebhook command)
    {
        if (command.Changes(nameof(command.Url)))
        {
            webhook.Send(command.Url!);
        }

        if (command.Changes(nameof(command.Types)))
        {
            webhook.Send(command.Types!.OfType<string>());
        }

        if (command.Changes(nameof(command.Description)))
        {
            webhook.Describe(command.Description);
        }
    }
}

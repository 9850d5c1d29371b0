using FluentValidation;

namespace Mes.Application.Webhooks.RegisterWebhook;

internal sealed class RegisterWebhookValidator : AbstractValidator<RegisterWebhook>
{
    public RegisterWebhookValidator(IWebhookUrls urls)
    {
        RuleFor(command => command.Url).Url(urls);
        When(command => command.Types is not null, () => RuleFor(command => command.Types).Types());
        RuleFor(command => command.Description).Description();
    }
}

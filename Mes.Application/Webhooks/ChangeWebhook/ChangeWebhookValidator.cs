using FluentValidation;

namespace Mes.Application.Webhooks.ChangeWebhook;

internal sealed class ChangeWebhookValidator : AbstractValidator<ChangeWebhook>
{
    internal const string Enabled = "enabled";
    internal const string Disabled = "disabled";

    public ChangeWebhookValidator(IWebhookUrls urls)
    {
        When(command => command.Changes(nameof(command.Url)), () => RuleFor(command => command.Url).Url(urls));
        When(command => command.Changes(nameof(command.Types)), () => RuleFor(command => command.Types).Types());
        RuleFor(command => command.Description).Description();
        When(
            command => command.Changes(nameof(command.Status)),
            () => RuleFor(command => command.Status).Must(status => status is Enabled or Disabled)
                .WithMessage($"must be {Enabled} or {Disabled}"));
    }
}

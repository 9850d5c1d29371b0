using FluentValidation;
using Mes.Domain.Webhooks;

namespace Mes.Application.Webhooks.RotateWebhookSecret;

internal sealed class RotateWebhookSecretValidator : AbstractValidator<RotateWebhookSecret>
{
    public RotateWebhookSecretValidator() =>
        RuleFor(command => command.OverlapSeconds).InclusiveBetween(0, WebhookLimits.MaxOverlapSeconds)
            .WithMessage($"must be between 0 and {WebhookLimits.MaxOverlapSeconds}");
}

using FluentValidation;

namespace Mes.Application.Webhooks.ReplayFailedDeliveries;

internal sealed class ReplayFailedDeliveriesValidator : AbstractValidator<ReplayFailedDeliveries>
{
    public ReplayFailedDeliveriesValidator() =>
        RuleFor(command => command.Since).NotNull().WithMessage("is required");
}

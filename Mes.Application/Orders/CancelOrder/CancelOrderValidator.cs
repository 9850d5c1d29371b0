using FluentValidation;
using Mes.Application.Validation;

namespace Mes.Application.Orders.CancelOrder;

internal sealed class CancelOrderValidator : AbstractValidator<CancelOrder>
{
    public CancelOrderValidator()
    {
        RuleFor(command => command.Reason).RequiredText(OrderLimits.ReasonLength);
    }
}

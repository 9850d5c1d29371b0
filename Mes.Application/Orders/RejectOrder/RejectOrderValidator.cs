using FluentValidation;
using Mes.Application.Validation;

namespace Mes.Application.Orders.RejectOrder;

internal sealed class RejectOrderValidator : AbstractValidator<RejectOrder>
{
    public RejectOrderValidator()
    {
        RuleFor(command => command.Reason).RequiredText(OrderLimits.ReasonLength);
    }
}

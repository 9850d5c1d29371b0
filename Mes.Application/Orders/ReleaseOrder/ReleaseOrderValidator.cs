using FluentValidation;
using Mes.Application.Validation;

namespace Mes.Application.Orders.ReleaseOrder;

internal sealed class ReleaseOrderValidator : AbstractValidator<ReleaseOrder>
{
    public ReleaseOrderValidator()
    {
        RuleFor(command => command.Reason).RequiredText(OrderLimits.ReasonLength);
    }
}

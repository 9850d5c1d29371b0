using FluentValidation;
#if (reason)
using Mes.Application.Validation;
#endif

namespace Mes.Application.Orders.WidgetOrder;

#if (reason)
internal sealed class WidgetOrderValidator : AbstractValidator<WidgetOrder>
{
    public WidgetOrderValidator()
    {
        RuleFor(command => command.Reason).RequiredText(OrderLimits.ReasonLength);
    }
}
#else
internal sealed class WidgetOrderValidator : AbstractValidator<WidgetOrder>;
#endif

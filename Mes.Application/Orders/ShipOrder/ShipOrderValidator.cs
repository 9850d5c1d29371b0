using FluentValidation;
using Mes.Application.Validation;

namespace Mes.Application.Orders.ShipOrder;

internal sealed class ShipOrderValidator : AbstractValidator<ShipOrder>
{
    public ShipOrderValidator()
    {
        RuleFor(command => command.Carrier).RequiredText(64);
        RuleFor(command => command.TrackingNumber).RequiredText(64);
    }
}

using FluentValidation;
using Mes.Application.Validation;

namespace Mes.Application.Orders.ShipOrder;

internal sealed class ShipOrderValidator : AbstractValidator<ShipOrder>
{
    public ShipOrderValidator()
    {
        RuleFor(command => command.Carrier).RequiredText(OrderLimits.CarrierLength);
        RuleFor(command => command.TrackingNumber).RequiredText(OrderLimits.TrackingNumberLength);
    }
}

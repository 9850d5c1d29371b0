using FluentValidation;
using Mes.Domain.Orders;

namespace Mes.Application.Orders.PriceOrder;

internal sealed class PriceOrderValidator : AbstractValidator<PriceOrder>
{
    public PriceOrderValidator()
    {
        RuleFor(command => command.Amount)
            .Cascade(CascadeMode.Stop)
            .NotNull().WithMessage("is required")
            .InclusiveBetween(Price.MinAmount, Price.MaxAmount).WithMessage("must be between 0.01 and 10000000")
            .Must(amount => decimal.Round(amount!.Value, 2) == amount).WithMessage("must have at most two decimals");
        RuleFor(command => command.Currency)
            .Cascade(CascadeMode.Stop)
            .NotNull().WithMessage("is required")
            .Must(code => Currencies.Contains(code!)).WithMessage("must be an ISO 4217 code, three capital letters");
    }
}

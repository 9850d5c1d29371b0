using FluentValidation;
using Mes.Application.Validation;

namespace Mes.Application.Orders.SubmitOrder;

internal sealed class SubmitOrderValidator : AbstractValidator<SubmitOrder>
{
    public SubmitOrderValidator()
    {
        RuleFor(command => command.ExternalId).RequiredText(64);
        RuleFor(command => command.Model).NotNull().WithMessage("is required").SetValidator(new ModelValidator()!);
        RuleFor(command => command.Material).RequiredText(64);
        RuleFor(command => command.Quantity)
            .Cascade(CascadeMode.Stop)
            .NotNull().WithMessage("is required")
            .InclusiveBetween(1, 10_000).WithMessage("must be between 1 and 10000");
        RuleFor(command => command.Notes).OptionalText(2000);
    }

    private sealed class ModelValidator : AbstractValidator<SubmittedModel>
    {
        public ModelValidator()
        {
            RuleFor(model => model.FileName).RequiredText(255);
            RuleFor(model => model.Sha256)
                .Cascade(CascadeMode.Stop)
                .NotNull().WithMessage("is required")
                .Matches(@"\A[0-9a-fA-F]{64}\z").WithMessage("must be 64 hexadecimal digits");
            RuleFor(model => model.PolygonCount)
                .Cascade(CascadeMode.Stop)
                .NotNull().WithMessage("is required")
                .GreaterThanOrEqualTo(1).WithMessage("must be at least 1");
        }
    }
}

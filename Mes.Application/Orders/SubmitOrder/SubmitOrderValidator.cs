using FluentValidation;
using Mes.Application.Validation;

namespace Mes.Application.Orders.SubmitOrder;

internal sealed class SubmitOrderValidator : AbstractValidator<SubmitOrder>
{
    public SubmitOrderValidator()
    {
        RuleFor(command => command.ExternalId).RequiredText(OrderLimits.ExternalIdLength);
        RuleFor(command => command.Model).NotNull().WithMessage("is required").SetValidator(new ModelValidator()!);
        RuleFor(command => command.Material).RequiredText(OrderLimits.MaterialLength);
        RuleFor(command => command.Quantity)
            .Cascade(CascadeMode.Stop)
            .NotNull().WithMessage("is required")
            .InclusiveBetween(OrderLimits.MinQuantity, OrderLimits.MaxQuantity)
            .WithMessage($"must be between {OrderLimits.MinQuantity} and {OrderLimits.MaxQuantity}");
        RuleFor(command => command.Notes).OptionalText(OrderLimits.NotesLength);
    }

    private sealed class ModelValidator : AbstractValidator<SubmittedModel>
    {
        public ModelValidator()
        {
            RuleFor(model => model.FileName).RequiredText(OrderLimits.FileNameLength);
            RuleFor(model => model.Sha256)
                .Cascade(CascadeMode.Stop)
                .NotNull().WithMessage("is required")
                .Matches($@"\A{OrderLimits.Sha256Pattern}\z").WithMessage("must be 64 hexadecimal digits");
            RuleFor(model => model.PolygonCount)
                .Cascade(CascadeMode.Stop)
                .NotNull().WithMessage("is required")
                .GreaterThanOrEqualTo(OrderLimits.MinPolygonCount)
                    .WithMessage($"must be at least {OrderLimits.MinPolygonCount}");
        }
    }
}

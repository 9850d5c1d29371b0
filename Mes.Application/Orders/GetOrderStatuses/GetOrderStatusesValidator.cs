using FluentValidation;
using Mes.Application.Validation;

namespace Mes.Application.Orders.GetOrderStatuses;

internal sealed class GetOrderStatusesValidator : AbstractValidator<GetOrderStatuses>
{
    public GetOrderStatusesValidator()
    {
        RuleFor(query => query.Ids)
            .Cascade(CascadeMode.Stop)
            .NotNull().WithMessage("is required")
            .Must(ids => ids!.Count is >= 1 and <= OrderLimits.MaxBatch)
                .WithMessage($"must have 1 to {OrderLimits.MaxBatch} ids");
        RuleForEach(query => query.Ids).RequiredText(OrderLimits.IdTextLength);
    }
}

using FluentValidation;
using Mes.Application.Paging;

namespace Mes.Application.Webhooks.ListDeliveries;

internal sealed class ListDeliveriesValidator : AbstractValidator<ListDeliveries>
{
    public ListDeliveriesValidator() =>
        RuleFor(query => query.Limit).InclusiveBetween(PageLimits.Min, PageLimits.Max).WithMessage(PageLimits.Message);
}

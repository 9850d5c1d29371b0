using FluentValidation;
using Mes.Application.Paging;

namespace Mes.Application.Orders.GetOrderHistory;

internal sealed class GetOrderHistoryValidator : AbstractValidator<GetOrderHistory>
{
    public GetOrderHistoryValidator() =>
        RuleFor(query => query.Limit).InclusiveBetween(PageLimits.Min, PageLimits.Max).WithMessage(PageLimits.Message);
}

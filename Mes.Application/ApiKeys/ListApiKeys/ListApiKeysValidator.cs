using FluentValidation;
using Mes.Application.Orders;
using Mes.Application.Paging;
using Mes.Application.Validation;

namespace Mes.Application.ApiKeys.ListApiKeys;

internal sealed class ListApiKeysValidator : AbstractValidator<ListApiKeys>
{
    public ListApiKeysValidator()
    {
        RuleFor(query => query.Limit).InclusiveBetween(PageLimits.Min, PageLimits.Max).WithMessage(PageLimits.Message);
        RuleFor(query => query.SellerId).OptionalText(OrderLimits.SellerIdLength);
    }
}

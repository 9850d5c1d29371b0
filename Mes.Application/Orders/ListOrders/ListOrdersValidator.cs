using FluentValidation;
using Mes.Application.Paging;
using Mes.Application.Validation;
using Mes.Domain.Callers;

namespace Mes.Application.Orders.ListOrders;

internal sealed class ListOrdersValidator : AbstractValidator<ListOrders>
{
    public ListOrdersValidator()
    {
        RuleFor(query => query.Limit).InclusiveBetween(PageLimits.Min, PageLimits.Max).WithMessage(PageLimits.Message);
        RuleFor(query => query.ExternalId).OptionalText(OrderLimits.ExternalIdLength);
        RuleFor(query => query.SellerId).OptionalText(OrderLimits.SellerIdLength);
        RuleFor(query => query.SellerId)
            .Null().WithMessage("is for operators and services; a seller sees its own orders")
            .When(query => query.Caller.Role == Role.Seller);
    }
}

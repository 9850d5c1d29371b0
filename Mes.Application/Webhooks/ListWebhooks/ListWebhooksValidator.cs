using FluentValidation;
using Mes.Application.Orders;
using Mes.Application.Validation;
using Mes.Domain.Callers;

namespace Mes.Application.Webhooks.ListWebhooks;

internal sealed class ListWebhooksValidator : AbstractValidator<ListWebhooks>
{
    public ListWebhooksValidator()
    {
        RuleFor(query => query.SellerId).OptionalText(OrderLimits.SellerIdLength);
        RuleFor(query => query.SellerId).NotNull().WithMessage("is required")
            .When(query => query.Caller.Role != Role.Seller);
    }
}

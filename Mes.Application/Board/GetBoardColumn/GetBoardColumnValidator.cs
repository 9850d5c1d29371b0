using FluentValidation;
using Mes.Application.Orders;
using Mes.Application.Paging;
using Mes.Application.Snapshots;
using Mes.Application.Validation;

namespace Mes.Application.Board.GetBoardColumn;

internal sealed class GetBoardColumnValidator : AbstractValidator<GetBoardColumn>
{
    public GetBoardColumnValidator()
    {
        RuleFor(query => query.Limit).InclusiveBetween(PageLimits.Min, PageLimits.Max).WithMessage(PageLimits.Message);
        When(query => query.Filter is not null, () =>
        {
            RuleFor(query => query.Filter!.OperatorId)
                .OptionalText(BoardFilter.OperatorIdLength).OverridePropertyName("operatorId");
            RuleFor(query => query.Filter!.SellerId)
                .OptionalText(OrderLimits.SellerIdLength).OverridePropertyName("sellerId");
            RuleFor(query => query.Filter!.Text).OptionalText(BoardFilter.TextLength).OverridePropertyName("q");
        });
    }
}

using FluentValidation;
using Mes.Application.Paging;

namespace Mes.Application.Board.GetBoardColumn;

internal sealed class GetBoardColumnValidator : AbstractValidator<GetBoardColumn>
{
    public GetBoardColumnValidator() =>
        RuleFor(query => query.Limit).InclusiveBetween(PageLimits.Min, PageLimits.Max).WithMessage(PageLimits.Message);
}

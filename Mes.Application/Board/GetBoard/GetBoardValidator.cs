using FluentValidation;
using Mes.Application.Paging;

namespace Mes.Application.Board.GetBoard;

internal sealed class GetBoardValidator : AbstractValidator<GetBoard>
{
    public GetBoardValidator() =>
        RuleFor(query => query.Limit).InclusiveBetween(PageLimits.Min, PageLimits.Max).WithMessage(PageLimits.Message);
}

using MediatR;
using Mes.Application.Messaging;
using Mes.Application.Paging;
using Mes.Application.Persistence;
using Mes.Application.Snapshots;
using Mes.Domain.Results;

namespace Mes.Application.Board.GetBoardColumn;

internal sealed class GetBoardColumnHandler(IOrderSelectionReader orders, ICursorProtector cursors, TimeProvider clock)
    : IndexQueryHandler<GetBoardColumn, BoardColumnPage>(orders),
        IRequestHandler<GetBoardColumn, Result<BoardColumnPage>>
{
    public override Result<AnswerPlan> Plan(GetBoardColumn query)
    {
        var after = cursors.Read(query.Cursor, query.CursorScope);
        return after.IsSuccess
            ? new AnswerPlan(
                new OrderSelection.Column(
                    query.Status, query.Sort, after.Value, query.Limit + 1, query.Filter, clock.GetUtcNow()),
                found => BoardColumnPage.Of(found, query, cursors))
            : after.Error;
    }
}

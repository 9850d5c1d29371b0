using MediatR;
using Mes.Application.Messaging;
using Mes.Application.Persistence;
using Mes.Application.Snapshots;
using Mes.Domain.Results;

namespace Mes.Application.Board.GetBoard;

internal sealed class GetBoardHandler(IOrderSelectionReader orders, TimeProvider clock)
    : IndexQueryHandler<GetBoard, BoardView>(orders), IRequestHandler<GetBoard, Result<BoardView>>
{
    public override Result<AnswerPlan> Plan(GetBoard query)
    {
        // Before the orders are read: whatever was acknowledged until now is among them.
        var asOf = clock.GetUtcNow();
        return new AnswerPlan(
            new OrderSelection.Board(query.Limit),
            found => BoardView.Of(found, asOf));
    }
}

using MediatR;
using Mes.Domain.Results;

namespace Mes.Application.Board.GetBoard;

internal sealed class GetBoardHandler(IBoardReader board, TimeProvider clock) : IRequestHandler<GetBoard, Result<BoardView>>
{
    public async Task<Result<BoardView>> Handle(GetBoard query, CancellationToken cancellationToken)
    {
        var asOf = clock.GetUtcNow();
        return new BoardView(await board.ReadAsync(query.Limit, cancellationToken), asOf);
    }
}

using MediatR;
using Mes.Application.Paging;
using Mes.Domain.Results;

namespace Mes.Application.Board.GetBoardColumn;

internal sealed class GetBoardColumnHandler(IBoardReader board, ICursorProtector cursors)
    : IRequestHandler<GetBoardColumn, Result<BoardColumnPage>>
{
    public async Task<Result<BoardColumnPage>> Handle(GetBoardColumn query, CancellationToken cancellationToken)
    {
        var after = cursors.Read(query.Cursor, query.CursorScope);
        return after.IsSuccess
            ? BoardColumnPage.Of(
                await board.ReadColumnAsync(query.Status, query.Sort, after.Value, query.Limit + 1, cancellationToken), query, cursors)
            : after.Error;
    }
}

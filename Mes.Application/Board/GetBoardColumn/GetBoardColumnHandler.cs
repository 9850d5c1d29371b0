using MediatR;
using Mes.Application.Paging;
using Mes.Domain.Orders;
using Mes.Domain.Results;

namespace Mes.Application.Board.GetBoardColumn;

internal sealed class GetBoardColumnHandler(IBoardReader board, ICursorProtector cursors)
    : IRequestHandler<GetBoardColumn, Result<BoardColumnPage>>
{
    public async Task<Result<BoardColumnPage>> Handle(GetBoardColumn query, CancellationToken cancellationToken)
    {
        var scope = $"board\n{query.Caller}\n{query.Status.Name()}\n{query.Sort}";
        var after = cursors.Read(query.Cursor, scope);
        if (!after.IsSuccess)
        {
            return after.Error;
        }

        // One more than the page shows whether there is a next one.
        var (count, found) = await board.ReadColumnAsync(query.Status, query.Sort, after.Value, query.Limit + 1, cancellationToken);
        if (found.Count <= query.Limit)
        {
            return new BoardColumnPage(found, Next: null, count);
        }

        var last = found[query.Limit - 1];
        var next = cursors.Protect(new PagePosition(last.StatusChangedAt, last.Id), scope);
        return new BoardColumnPage([.. found.Take(query.Limit)], next, count);
    }
}

using Mes.Application.Caching;
using Mes.Application.Messaging;
using Mes.Application.Paging;

namespace Mes.Application.Board.GetBoardColumn;

internal sealed class GetBoardColumnIndexReader(IBoardIndex board, ICursorProtector cursors) : IIndexReader<GetBoardColumn, BoardColumnPage>
{
    public async ValueTask<CacheRead<BoardColumnPage>> ReadAsync(GetBoardColumn query)
    {
        var after = cursors.Read(query.Cursor, query.CursorScope);
        return after.IsSuccess
            ? (await board.ReadColumnAsync(query.Status, query.Sort, after.Value, query.Limit + 1))
                .Select(cards => BoardColumnPage.Of(cards, query, cursors))
            : CacheRead<BoardColumnPage>.Miss; // The handler says what is wrong with the cursor.
    }
}

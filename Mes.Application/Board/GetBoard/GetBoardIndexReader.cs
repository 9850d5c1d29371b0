using Mes.Application.Caching;
using Mes.Application.Messaging;

namespace Mes.Application.Board.GetBoard;

internal sealed class GetBoardIndexReader(IBoardIndex board, TimeProvider clock) : IIndexReader<GetBoard, BoardView>
{
    public async ValueTask<CacheRead<BoardView>> ReadAsync(GetBoard query)
    {
        var asOf = clock.GetUtcNow();
        return (await board.ReadBoardAsync(query.Limit)).Select(cards => new BoardView(cards, asOf));
    }
}

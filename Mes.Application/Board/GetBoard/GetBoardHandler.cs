using MediatR;
using Mes.Domain.Orders;
using Mes.Domain.Results;

namespace Mes.Application.Board.GetBoard;

internal sealed class GetBoardHandler(IBoardReader board, TimeProvider clock) : IRequestHandler<GetBoard, Result<BoardView>>
{
    public async Task<Result<BoardView>> Handle(GetBoard query, CancellationToken cancellationToken)
    {
        var asOf = clock.GetUtcNow();
        var (counts, cards) = await board.ReadAsync(query.Limit, cancellationToken);
        var byStatus = cards.ToLookup(card => card.Status);
        return new BoardView(
            OrderStatuses.Active.ToDictionary(status => status, status => counts.GetValueOrDefault(status)),
            [.. OrderStatuses.Active.Select(status => new BoardColumn(status, [.. byStatus[status]]))],
            asOf);
    }
}

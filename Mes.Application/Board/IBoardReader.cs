using Mes.Application.Board.GetBoardColumn;
using Mes.Application.Paging;
using Mes.Domain.Orders;

namespace Mes.Application.Board;

/// <summary>The active orders by status, from the database. Each answer is one snapshot: its counts agree with its cards.</summary>
/// <exception cref="Persistence.DependencyUnavailableException">From every member: the database is away.</exception>
public interface IBoardReader
{
    /// <summary>The counts of all active statuses, and of each the orders that are in it longest.</summary>
    Task<BoardCards> ReadAsync(int cardsPerStatus, CancellationToken cancellationToken);

    /// <summary>A page of one column, and how many orders the whole column has.</summary>
    Task<ColumnCards> ReadColumnAsync(
        OrderStatus status, BoardSort sort, PagePosition? after, int count, CancellationToken cancellationToken);
}

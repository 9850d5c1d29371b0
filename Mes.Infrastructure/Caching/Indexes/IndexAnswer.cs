using Mes.Application.Board;
using Mes.Application.Snapshots;
using Mes.Domain.Orders;

namespace Mes.Infrastructure.Caching.Indexes;

/// <summary>What an index says of many orders, as of one moment. Does not change, so that one may be shown to many.</summary>
/// <param name="Totals">How many orders each range has, of which these are the first.</param>
internal sealed record IndexAnswer(int[] Totals, IReadOnlyList<OrderSnapshot> Orders)
{
    private BoardCards? _board;

    /// <summary>The same as the board, where there was a range for each active status.</summary>
    public BoardCards Board => _board ??= new BoardCards(OrderStatuses.Active.Zip(Totals).ToDictionary(), Orders);
}

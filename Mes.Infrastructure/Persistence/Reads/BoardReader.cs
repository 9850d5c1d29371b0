using Mes.Application.Board;
using Mes.Application.Board.GetBoardColumn;
using Mes.Application.Paging;
using Mes.Application.Snapshots;
using Mes.Domain.Orders;
using Microsoft.EntityFrameworkCore;

namespace Mes.Infrastructure.Persistence.Reads;

internal sealed class BoardReader(DatabaseReads reads) : IBoardReader
{
    public Task<BoardCards> ReadAsync(int cardsPerStatus, CancellationToken cancellationToken) =>
        reads.ReadSnapshotAsync(
            async (context, token) =>
            {
                var active = OrderStatuses.Active;
                var counts = await context.Orders
                    .Where(order => active.Contains(order.Status))
                    .GroupBy(order => order.Status)
                    .Select(group => new { group.Key, Count = group.Count() })
                    .ToDictionaryAsync(group => group.Key, group => group.Count, token);

                List<OrderSnapshot> cards = [];
                foreach (var status in active.Where(counts.ContainsKey))
                {
                    var orders = await context.Orders.AsNoTracking().InColumn(status, BoardSort.Oldest, after: null).Take(cardsPerStatus).ToListAsync(token);
                    cards.AddRange(orders.Select(OrderSnapshot.From));
                }

                return new BoardCards(counts, cards);
            },
            cancellationToken);

    public Task<ColumnCards> ReadColumnAsync(
        OrderStatus status, BoardSort sort, PagePosition? after, int count, CancellationToken cancellationToken) =>
        reads.ReadSnapshotAsync(
            async (context, token) =>
            {
                var total = await context.Orders.CountAsync(order => order.Status == status, token);
                var orders = await context.Orders.AsNoTracking().InColumn(status, sort, after).Take(count).ToListAsync(token);
                return new ColumnCards(total, [.. orders.Select(OrderSnapshot.From)]);
            },
            cancellationToken);
}

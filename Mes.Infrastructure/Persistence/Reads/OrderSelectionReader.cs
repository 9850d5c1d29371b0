using Mes.Application.Persistence;
using Mes.Application.Snapshots;
using Mes.Domain.Orders;
using Microsoft.EntityFrameworkCore;

namespace Mes.Infrastructure.Persistence.Reads;

internal sealed class OrderSelectionReader(DatabaseReads reads, OrderReader lists) : IOrderSelectionReader
{
    public async Task<SelectedOrders> ReadAsync(OrderSelection selection, CancellationToken cancellationToken) =>
        selection switch
        {
            OrderSelection.Board board => await ReadBoardAsync(board.CardsPerStatus, cancellationToken),
            OrderSelection.Column column => await ReadColumnAsync(column, cancellationToken),
            OrderSelection.List list => new SelectedOrders(
                [], await lists.ListAsync(list.Filter, list.After, list.Count, cancellationToken)),
            _ => throw new ArgumentOutOfRangeException(nameof(selection), selection, null),
        };

    private Task<SelectedOrders> ReadBoardAsync(int cardsPerStatus, CancellationToken cancellationToken) =>
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
                    var orders = await context.Orders.AsNoTracking()
                        .InColumn(status, BoardSort.Oldest, after: null)
                        .Take(cardsPerStatus)
                        .ToListAsync(token);
                    cards.AddRange(orders.Select(OrderSnapshot.From));
                }

                return new SelectedOrders([.. active.Select(status => counts.GetValueOrDefault(status))], cards);
            },
            cancellationToken);

    private Task<SelectedOrders> ReadColumnAsync(OrderSelection.Column column, CancellationToken cancellationToken) =>
        reads.ReadSnapshotAsync(
            async (context, token) =>
            {
                var filtered = context.Orders.AsNoTracking().Where(column.Filter, column.AsOf);
                var total = await filtered.CountAsync(order => order.Status == column.Status, token);
                var orders = await filtered
                    .InColumn(column.Status, column.Sort, column.After)
                    .Take(column.Count)
                    .ToListAsync(token);
                return new SelectedOrders([total], [.. orders.Select(OrderSnapshot.From)]);
            },
            cancellationToken);
}

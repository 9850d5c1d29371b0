using System.Globalization;
using Mes.Application.Snapshots;
using Mes.Domain.Callers;
using Mes.Domain.Orders;
using Mes.Infrastructure.Caching.Keys;
using Mes.Infrastructure.Persistence;
using Mes.Infrastructure.Persistence.Reads;
using Microsoft.EntityFrameworkCore;

namespace Mes.Infrastructure.Caching.Indexes;

/// <summary>Reads from the database which orders belong to an index, a page at a time.</summary>
/// <param name="sellersWithoutRows">
/// Sellers whose keys are not in the database: those of the Development environment.
/// </param>
internal sealed class IndexSource(DatabaseReads reads, IReadOnlyCollection<string> sellersWithoutRows)
{
    private static readonly OrderSort BySubmission = new(OrderSortTime.CreatedAt, Descending: false);

    /// <param name="cursor">The cursor of the page before; empty for the first page.</param>
    /// <returns>The ids of the next orders, and the page's cursor; no ids when there are no more.</returns>
    /// <remarks>
    /// A page misses an order that moves to a place before the cursor. That is no loss: the writer that moved it puts
    /// it into the index, which was marked before the first page was read.
    /// </remarks>
    public Task<(IReadOnlyList<Guid> Ids, string Cursor)> ReadPageAsync(
        IndexGroup group, string cursor, int count, CancellationToken cancellationToken) =>
        reads.ReadAsync(
            (context, token) => group.SellerId is { } seller
                ? SellerPageAsync(context, seller, cursor, count, token)
                : BoardPageAsync(context, cursor, count, token),
            cancellationToken);

    /// <summary>The orders as last committed; in any order.</summary>
    public Task<OrderSnapshot[]> ReadAsync(IReadOnlyCollection<Guid> ids, CancellationToken cancellationToken) =>
        reads.ReadAsync(
            async (context, token) =>
            {
                var orders = await context.Orders.AsNoTracking()
                    .Where(order => ids.Contains(order.Id))
                    .ToListAsync(token);
                return orders.Select(OrderSnapshot.From).ToArray();
            },
            cancellationToken);

    /// <summary>Whether the order can ever have been in the group: it exists, and is the seller's.</summary>
    public Task<bool> KnowsAsync(IndexGroup group, Guid orderId, CancellationToken cancellationToken) =>
        reads.ReadAsync(
            (context, token) => context.Orders.AnyAsync(
                order => order.Id == orderId && (group.SellerId == null || order.SellerId == group.SellerId), token),
            cancellationToken);

    /// <returns>
    /// All sellers that have orders or keys; null when there are more than <paramref name="maxOrders"/>.
    /// </returns>
    public Task<IReadOnlyList<string>?> FindSellersAsync(int maxOrders, CancellationToken cancellationToken) =>
        reads.ReadAsync<IReadOnlyList<string>?>(
            async (context, token) =>
            {
                if (await context.Orders.Take(maxOrders + 1).CountAsync(token) > maxOrders)
                {
                    return null;
                }

                var withOrders = await context.Orders.Select(order => order.SellerId).Distinct().ToListAsync(token);
                var withKeys = await context.ApiKeys
                    .Where(key => key.Role == Role.Seller)
                    .Select(key => key.CallerId)
                    .ToListAsync(token);
                return [.. withOrders.Union(withKeys).Union(sellersWithoutRows)];
            },
            cancellationToken);

    private static async Task<(IReadOnlyList<Guid> Ids, string Cursor)> SellerPageAsync(
        MesDbContext context, string seller, string cursor, int count, CancellationToken cancellationToken)
    {
        var page = await context.Orders
            .Where(order => order.SellerId == seller)
            .SortedBy(BySubmission, PositionOf(cursor))
            .Take(count)
            .Select(order => new PagePosition(order.CreatedAt, order.Id))
            .ToListAsync(cancellationToken);
        return page.Count == 0 ? ([], cursor) : ([.. page.Select(order => order.Id)], CursorOf(page[^1]));
    }

    private static async Task<(IReadOnlyList<Guid> Ids, string Cursor)> BoardPageAsync(
        MesDbContext context, string cursor, int count, CancellationToken cancellationToken)
    {
        var first = cursor.Length > 0 ? OrderStatuses.Parse(cursor.Split(' ')[2]) : OrderStatuses.Active[0];
        foreach (var status in OrderStatuses.Active.SkipWhile(status => status != first))
        {
            var page = await context.Orders
                .InColumn(status, BoardSort.Oldest, status == first ? PositionOf(cursor) : null)
                .Take(count)
                .Select(order => new PagePosition(order.StatusChangedAt, order.Id))
                .ToListAsync(cancellationToken);
            if (page.Count > 0)
            {
                return ([.. page.Select(order => order.Id)], $"{CursorOf(page[^1])} {status.Name()}");
            }
        }

        return ([], cursor);
    }

    private static string CursorOf(PagePosition position) =>
        string.Create(CultureInfo.InvariantCulture, $"{position.Time.ToUnixTimeMilliseconds()} {position.Id:D}");

    /// <returns>Null at the start.</returns>
    private static PagePosition? PositionOf(string cursor) => cursor.Split(' ') is [var time, var id, ..]
        ? new PagePosition(
            DateTimeOffset.FromUnixTimeMilliseconds(long.Parse(time, CultureInfo.InvariantCulture)), Guid.Parse(id))
        : null;
}

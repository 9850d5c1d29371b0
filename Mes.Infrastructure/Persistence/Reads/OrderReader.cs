using Mes.Application.Orders.GetOrderHistory;
using Mes.Application.Persistence;
using Mes.Application.Snapshots;
using Mes.Domain.Orders;
using Microsoft.EntityFrameworkCore;

namespace Mes.Infrastructure.Persistence.Reads;

internal sealed class OrderReader(DatabaseReads reads) : IOrderReader, IOrderHistoryReader
{
    public Task<OrderSnapshot?> FindAsync(Guid orderId, CancellationToken cancellationToken) =>
        reads.ReadSharedAsync(
            orderId,
            async (context, token) =>
            {
                var found = await context.Orders.AsNoTracking()
                    .FirstOrDefaultAsync(order => order.Id == orderId, token);
                return found is null ? null : OrderSnapshot.From(found);
            },
            cancellationToken);

    public Task<IReadOnlyList<OrderSnapshot>> FindAllAsync(
        IReadOnlyCollection<Guid> orderIds, CancellationToken cancellationToken) =>
        reads.ReadAsync<IReadOnlyList<OrderSnapshot>>(
            async (context, token) =>
            [
                .. (await context.Orders.AsNoTracking().Where(order => orderIds.Contains(order.Id)).ToListAsync(token))
                    .Select(OrderSnapshot.From),
            ],
            cancellationToken);

    public Task<OrderHistory?> FindHistoryAsync(
        Guid orderId, int after, int count, CancellationToken cancellationToken) =>
        reads.ReadSnapshotAsync(
            async (context, token) =>
            {
                var sellerId = await context.Orders
                    .Where(order => order.Id == orderId)
                    .Select(order => order.SellerId)
                    .FirstOrDefaultAsync(token);
                if (sellerId is null)
                {
                    return null;
                }

                var entries = await context.History
                    .Where(row => row.OrderId == orderId && row.Version > after)
                    .OrderBy(row => row.Version)
                    .Take(count)
                    .Select(row => new OrderHistoryEntry(
                        row.Version, row.FromStatus, row.ToStatus, row.ChangedBy, row.At, row.Note))
                    .ToListAsync(token);
                return new OrderHistory(sellerId, entries);
            },
            cancellationToken);

    public Task<IReadOnlyList<OrderSnapshot>> ListAsync(
        OrderFilter filter, PagePosition? after, int count, CancellationToken cancellationToken) =>
        filter.Sort.By == OrderSortTime.UpdatedAt && filter.Statuses is { Count: > 1 } statuses
            ? reads.ReadSnapshotAsync(
                (context, token) => MergeAsync(
                    filter.Sort,
                    statuses.Select(
                        status => PageAsync(context, filter with { Statuses = [status] }, after, count, token)),
                    count),
                cancellationToken)
            : reads.ReadAsync<IReadOnlyList<OrderSnapshot>>(
                async (context, token) =>
                    [.. (await PageAsync(context, filter, after, count, token)).Select(OrderSnapshot.From)],
                cancellationToken);

    /// <summary>
    /// Merges a page of each status. Each status has its own range of an index; no index has several statuses in one
    /// order, and sorting all their orders would take longer the more there are.
    /// </summary>
    private static async Task<IReadOnlyList<OrderSnapshot>> MergeAsync(
        OrderSort sort, IEnumerable<Task<List<Order>>> pages, int count)
    {
        List<Order> found = [];
        foreach (var page in pages)
        {
            // One after the other: a context runs one statement at a time.
            found.AddRange(await page);
        }

        var sorted = sort.Descending
            ? found.OrderByDescending(order => order.UpdatedAt).ThenByDescending(order => order.Id)
            : found.OrderBy(order => order.UpdatedAt).ThenBy(order => order.Id);
        return [.. sorted.Take(count).Select(OrderSnapshot.From)];
    }

    private static Task<List<Order>> PageAsync(
        MesDbContext context,
        OrderFilter filter,
        PagePosition? after,
        int count,
        CancellationToken cancellationToken) =>
        Filtered(context.Orders.AsNoTracking(), filter)
            .SortedBy(filter.Sort, after)
            .Take(count)
            .ToListAsync(cancellationToken);

    private static IQueryable<Order> Filtered(IQueryable<Order> orders, OrderFilter filter)
    {
        if (filter.SellerId is { } sellerId)
        {
            orders = orders.Where(order => order.SellerId == sellerId);
        }

        if (filter.ExternalId is { } externalId)
        {
            orders = orders.Where(order => order.ExternalId == externalId);
        }

        if (filter.UpdatedSince is { } since)
        {
            orders = orders.Where(order => order.UpdatedAt >= since);
        }

        if (filter.Statuses.ToArray() is { Length: > 0 } statuses)
        {
            var only = statuses[0];
            orders = statuses.Length == 1
                ? orders.Where(order => order.Status == only)
                : orders.Where(order => statuses.Contains(order.Status));
        }

        return orders;
    }
}

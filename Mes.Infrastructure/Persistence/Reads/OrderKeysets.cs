using Mes.Application.Snapshots;
using Mes.Domain.Orders;

namespace Mes.Infrastructure.Persistence.Reads;

/// <summary>
/// Sorts orders by an index of the database, from a position on. In each query the first condition bounds the index
/// scan; the second excludes orders of the same time that are before the position.
/// </summary>
internal static class OrderKeysets
{
    public static IQueryable<Order> SortedBy(this IQueryable<Order> orders, OrderSort sort, PagePosition? after)
    {
        var (time, id) = after is null ? default : (after.Time, after.Id);
        return (sort.By, sort.Descending) switch
        {
            (OrderSortTime.UpdatedAt, true) => (after is null
                ? orders
                : orders.Where(o => o.UpdatedAt <= time && (o.UpdatedAt < time || o.Id < id)))
                .OrderByDescending(o => o.UpdatedAt).ThenByDescending(o => o.Id),
            (OrderSortTime.UpdatedAt, false) => (after is null
                ? orders
                : orders.Where(o => o.UpdatedAt >= time && (o.UpdatedAt > time || o.Id > id)))
                .OrderBy(o => o.UpdatedAt).ThenBy(o => o.Id),
            (OrderSortTime.CreatedAt, true) => (after is null
                ? orders
                : orders.Where(o => o.CreatedAt <= time && (o.CreatedAt < time || o.Id < id)))
                .OrderByDescending(o => o.CreatedAt).ThenByDescending(o => o.Id),
            (OrderSortTime.CreatedAt, false) => (after is null
                ? orders
                : orders.Where(o => o.CreatedAt >= time && (o.CreatedAt > time || o.Id > id)))
                .OrderBy(o => o.CreatedAt).ThenBy(o => o.Id),
            _ => throw new InvalidOperationException($"There is no query for {sort}."),
        };
    }

    /// <param name="filter">Null for all.</param>
    /// <param name="asOf">When an order must have been due to be overdue.</param>
    public static IQueryable<Order> Where(this IQueryable<Order> orders, BoardFilter? filter, DateTimeOffset asOf)
    {
        if (filter?.OperatorId is { } operatorId)
        {
            orders = orders.Where(o => o.OperatorId == operatorId);
        }

        if (filter?.SellerId is { } sellerId)
        {
            orders = orders.Where(o => o.SellerId == sellerId);
        }

        if (filter?.IsOverdue is { } isOverdue)
        {
            orders = isOverdue
                ? orders.Where(o => o.DueAt < asOf)
                : orders.Where(o => o.DueAt == null || o.DueAt >= asOf);
        }

        if (filter?.Text is { } text)
        {
            // The database may know the case of ASCII letters only.
            var lower = text.ToLowerInvariant();
            orders = orders.Where(o => o.ExternalId.Contains(text)
                || o.ExternalId.ToLower().Contains(lower)
                || o.Id.ToString().ToLower().Contains(lower));
        }

        return orders;
    }

    /// <summary>The orders of one status.</summary>
    public static IQueryable<Order> InColumn(
        this IQueryable<Order> all, OrderStatus status, BoardSort sort, PagePosition? after)
    {
        var orders = all.Where(order => order.Status == status);
        var (time, id) = after is null ? default : (after.Time, after.Id);
        return sort switch
        {
            BoardSort.Oldest => (after is null
                ? orders
                : orders.Where(o => o.StatusChangedAt >= time && (o.StatusChangedAt > time || o.Id > id)))
                .OrderBy(o => o.StatusChangedAt).ThenBy(o => o.Id),
            BoardSort.Newest => (after is null
                ? orders
                : orders.Where(o => o.StatusChangedAt <= time && (o.StatusChangedAt < time || o.Id < id)))
                .OrderByDescending(o => o.StatusChangedAt).ThenByDescending(o => o.Id),
            BoardSort.Due => (after is null
                ? orders
                : orders.Where(o => (o.DueAt ?? BoardSorts.NotDue) >= time
                    && ((o.DueAt ?? BoardSorts.NotDue) > time || o.Id > id)))
                .OrderBy(o => o.DueAt ?? BoardSorts.NotDue).ThenBy(o => o.Id),
            _ => throw new InvalidOperationException($"There is no query for {sort}."),
        };
    }
}

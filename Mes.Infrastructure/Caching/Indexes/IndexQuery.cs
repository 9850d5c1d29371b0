using Mes.Application.Snapshots;
using Mes.Domain.Orders;
using Mes.Infrastructure.Caching.Keys;
using Mes.Infrastructure.Caching.Scripts;
using Mes.Infrastructure.Coordination;
using StackExchange.Redis;

namespace Mes.Infrastructure.Caching.Indexes;

/// <summary>A selection of orders as ranges of one index. Equal queries select the same orders.</summary>
/// <param name="MergeLimit">How many orders of all ranges, merged into one list; 0: each range apart.</param>
internal sealed record IndexQuery(
    IndexGroup Group, IndexKind Kind, bool IsDescending, int MergeLimit, IndexRange[] Ranges)
{
    /// <summary>Neither a later page nor limited to what changed since some time.</summary>
    public bool IsFromTheStart => Array.TrueForAll(Ranges, range => range is { From: 0, After: null });

    /// <returns>Null when no index is sorted like the selection.</returns>
    public static IndexQuery? Of(OrderSelection selection) => selection switch
    {
        OrderSelection.Board board => new IndexQuery(
            IndexGroup.Board,
            IndexKind.Board,
            IsDescending: false,
            MergeLimit: 0,
            [.. OrderStatuses.Active.Select(status =>
                IndexRange.Whole(IndexScore.Base(status), board.CardsPerStatus))]),
        OrderSelection.Column { Sort: not BoardSort.Due, Filter: null } column => new IndexQuery(
            IndexGroup.Board,
            IndexKind.Board,
            IsDescending: column.Sort == BoardSort.Newest,
            MergeLimit: 0,
            [IndexRange.Whole(IndexScore.Base(column.Status), column.Count) with { After = column.After }]),
        OrderSelection.List { Filter: { SellerId: { } sellerId, ExternalId: null } } list => OfSeller(sellerId, list),
        _ => null,
    };

    /// <summary>
    /// Whether the order, as its entry describes it, belongs to the selection. Where it does not, its score in the
    /// index is corrupt.
    /// </summary>
    public bool Selects(OrderSnapshot order) =>
        IndexScore.ValueOf(Kind, order) is { } score
        && Array.Exists(Ranges, range => score >= range.Base + range.From && score <= range.Base + range.To);

    /// <summary>The script that reads the cell's part of the selection.</summary>
    /// <param name="keepIdle">How long a seller's index is kept after it was last read.</param>
    /// <param name="knownStamp">The stamp of the local copy; null without one.</param>
    public ScriptCall ReadCall(CacheEpoch epoch, TimeSpan keepIdle, string? knownStamp) => ScriptCall.Read(
        epoch.Index(Group, Kind),
        epoch.EntryPrefix,
        IsDescending,
        MergeLimit,
        Group.KeepMilliseconds(keepIdle),
        Group.KeepEmptyMilliseconds,
        knownStamp ?? RedisValue.EmptyString,
        [.. Ranges.SelectMany(range => range.Arguments)]);

    /// <summary>
    /// Merges the parts of the cells, each of which has the first orders of its cell, into what one index of all orders
    /// would have.
    /// </summary>
    public SelectedOrders Merge(IReadOnlyList<SelectedOrders> parts)
    {
        if (parts is [var only])
        {
            return only;
        }

        var orders = parts.SelectMany(part => part.Orders);
        var merged = MergeLimit > 0
            ? Sorted(orders).Take(MergeLimit)
            : Ranges.SelectMany(range =>
                Sorted(orders.Where(order => IndexScore.Base(order.Status) == range.Base)).Take(range.Count));
        return new SelectedOrders([.. Ranges.Select((_, range) => parts.Sum(part => part.Totals[range]))], [.. merged]);

        IEnumerable<OrderSnapshot> Sorted(IEnumerable<OrderSnapshot> some) => IsDescending
            ? some.OrderByDescending(order => IndexScore.TimeOf(Kind, order)).ThenByDescending(order => order.Id)
            : some.OrderBy(order => IndexScore.TimeOf(Kind, order)).ThenBy(order => order.Id);
    }

    public bool Equals(IndexQuery? other) =>
        other is not null
        && (Group, Kind, IsDescending, MergeLimit) == (other.Group, other.Kind, other.IsDescending, other.MergeLimit)
        && Ranges.AsSpan().SequenceEqual(other.Ranges);

    public override int GetHashCode()
    {
        var hash = default(HashCode);
        hash.Add((Group, Kind, IsDescending, MergeLimit));
        foreach (var range in Ranges)
        {
            hash.Add(range);
        }

        return hash.ToHashCode();
    }

    private static IndexQuery? OfSeller(string sellerId, OrderSelection.List list)
    {
        var filter = list.Filter;
        var from = filter.UpdatedSince is { } since ? IndexScore.Time(since) : 0;
        IndexRange everything = new(0, from, IndexScore.LastTime, list.After, list.Count);
        return filter switch
        {
            { Statuses.Count: 0, Sort.By: OrderSortTime.UpdatedAt } => Of(IndexKind.SellerByChange, everything),
            { Statuses.Count: 0, Sort.By: OrderSortTime.CreatedAt, UpdatedSince: null } =>
                Of(IndexKind.SellerByCreation, everything),
            { Sort.By: OrderSortTime.UpdatedAt } => Of(
                IndexKind.SellerByStatus,
                [.. filter.Statuses.Select(status => everything with { Base = IndexScore.Base(status) })]),
            _ => null,
        };

        IndexQuery Of(IndexKind kind, params IndexRange[] ranges) =>
            new(new IndexGroup(sellerId), kind, filter.Sort.Descending, list.Count, ranges);
    }
}

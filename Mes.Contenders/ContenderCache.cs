using Mes.Application.Caching;
using Mes.Application.Persistence;
using Mes.Application.Snapshots;

namespace Mes.Contenders;

/// <summary>
/// A caching library in place of the service's own cache, behind the same ports: the endpoints, the authentication and
/// the pipeline are the service's. Reads go through the library, which asks the database on a miss. A change
/// invalidates after its commit and before its answer: the order by its key, boards and lists by their tags.
/// </summary>
internal abstract class ContenderCache(IOrderReader orders, IOrderSelectionReader selections)
    : IOrderCache, IOrderIndexes
{
    internal const string BoardTag = "board";
    internal const string AllSellersTag = "orders";

    /// <summary>How long entries live at most. The libraries' documentation uses minutes.</summary>
    protected static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(5);

    public async ValueTask<CacheRead<OrderSnapshot>> GetAsync(Guid orderId)
    {
        var key = OrderKey(orderId);
        var order = await GetOrReadAsync(key, [], async token =>
            await orders.FindAsync(orderId, token) is { } found ? CachedOrder.From(found) : null);
        if (order is not null)
        {
            return CacheRead<OrderSnapshot>.Found(order.Snapshot);
        }

        await InvalidateAsync(key, []); // The order may be submitted at any moment.
        return CacheRead<OrderSnapshot>.Miss;
    }

    public async ValueTask<CacheRead<SelectedOrders>> ReadAsync(OrderSelection selection)
    {
        var (key, tag) = selection switch
        {
            OrderSelection.Board board => ($"board:{board.CardsPerStatus}", BoardTag),
            OrderSelection.Column column => (
                $"column:{column.Status}:{column.Sort}:{column.After}:{column.Count}", BoardTag),
            OrderSelection.List list => (
                $"list:{list.Filter.Scope.Replace('\n', '|')}:{list.After}:{list.Count}",
                list.Filter.SellerId is { } seller ? SellerTag(seller) : AllSellersTag),
            _ => throw new ArgumentOutOfRangeException(nameof(selection), selection, null),
        };
        var found = await GetOrReadAsync<CachedSelection>(
            key, [tag], async token => CachedSelection.From(await selections.ReadAsync(selection, token)));
        return CacheRead<SelectedOrders>.Found(found!.Selected);
    }

    public ValueTask<LeaseToken?> BeginAsync(Guid orderId, LeaseHolder holder) => new((LeaseToken?)null);

    public async ValueTask<PutResult> PutAsync(
        OrderSnapshot order, LeaseToken? token, IReadOnlyCollection<string> tags)
    {
        await InvalidateAsync(OrderKey(order.Id), [BoardTag, SellerTag(order.SellerId), AllSellersTag]);
        return PutResult.Stored;
    }

    public ValueTask<bool> DropAsync(Guid orderId, IReadOnlyCollection<string> tags) => new(false);

    internal static string OrderKey(Guid id) => $"order:{id:D}";

    internal static string SellerTag(string sellerId) => $"seller:{sellerId}";

    /// <summary>Answers from the cache, or reads the database and keeps what it found.</summary>
    protected abstract ValueTask<T?> GetOrReadAsync<T>(
        string key, IReadOnlyList<string> tags, Func<CancellationToken, Task<T?>> read)
        where T : class;

    /// <summary>Removes the entry with this key, and all entries with one of these tags.</summary>
    protected abstract Task InvalidateAsync(string key, IReadOnlyList<string> tags);
}

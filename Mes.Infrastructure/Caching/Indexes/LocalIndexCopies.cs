using Mes.Application.Snapshots;
using Mes.Infrastructure.Coordination;
using Mes.Infrastructure.Redis;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Options;

namespace Mes.Infrastructure.Caching.Indexes;

/// <summary>
/// Copies of what indexes selected, in this process, each tagged with its index's stamp. No copy is used on its own:
/// the reader sends the stamp along, and uses the copy only when Redis says that the index still has it, in the step
/// that would otherwise read the index. So there is nothing to invalidate and no message to miss (bug classes 9, 10); a
/// copy only saves work.
/// </summary>
internal sealed class LocalIndexCopies(IOptions<CacheOptions> options) : IDisposable
{
    /// <summary>A copy that no reader has asked for in this time is removed to save memory.</summary>
    private static readonly TimeSpan Idle = TimeSpan.FromMinutes(1);

    /// <summary>About what a copy takes besides its orders, and an order besides its JSON.</summary>
    private const int OwnBytes = 1024;
    private const int OrderBytes = 300;

    private readonly MemoryCache _copies = new(new MemoryCacheOptions { SizeLimit = options.Value.MaxCopyBytes });

    public Copy? Find(CacheEpoch epoch, IndexQuery query) => _copies.Get<Copy>(KeyOf(epoch, query));

    /// <summary>Keeps the copy, unless the query is one that readers hardly ever repeat.</summary>
    public void Keep(CacheEpoch epoch, IndexQuery query, Copy copy)
    {
        if (!query.IsFromTheStart)
        {
            return;
        }

        using var entry = _copies.CreateEntry(KeyOf(epoch, query));
        entry.Value = copy;
        entry.SlidingExpiration = Idle;
        // Twice the JSON: the board's answer contains it too.
        entry.Size = OwnBytes + copy.Orders.Orders.Sum(order => OrderBytes + (2L * order.Json.Length));
    }

    public void Dispose() => _copies.Dispose();

    private static (int Cell, long Epoch, IndexQuery Query) KeyOf(CacheEpoch epoch, IndexQuery query) =>
        (epoch.Cell, epoch.Number, query);

    /// <param name="Stamp">The stamp that the index had.</param>
    internal sealed record Copy(string Stamp, SelectedOrders Orders);
}

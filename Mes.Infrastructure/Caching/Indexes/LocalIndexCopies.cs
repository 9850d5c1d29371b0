using Mes.Application.Snapshots;
using Mes.Infrastructure.Coordination;
using Mes.Infrastructure.Redis;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Options;

namespace Mes.Infrastructure.Caching.Indexes;

/// <summary>
/// Copies of what indexes selected, in this process, each with the stamp that the index had in each cell. No copy is
/// used on its own: the reader sends the stamps along, and uses a cell's part only when Redis says that the index still
/// has its stamp, in the step that would otherwise read the index. So there is nothing to invalidate and no message to
/// miss (bug classes 9, 10); a copy only saves work.
/// </summary>
internal sealed class LocalIndexCopies(IOptions<CacheOptions> options) : IDisposable
{
    /// <summary>A copy that no reader has asked for in this time is removed to save memory.</summary>
    private static readonly TimeSpan Idle = TimeSpan.FromMinutes(1);

    /// <summary>About what a part takes besides its orders, and an order besides its JSON.</summary>
    private const int OwnBytes = 1024;
    private const int OrderBytes = 300;

    private readonly MemoryCache _copies = new(new MemoryCacheOptions { SizeLimit = options.Value.MaxCopyBytes });

    public Copy? Find(IndexQuery query) => _copies.Get<Copy>(query);

    /// <summary>Keeps the copy, unless the query is one that readers hardly ever repeat.</summary>
    public void Keep(IndexQuery query, Copy copy)
    {
        if (!query.IsFromTheStart)
        {
            return;
        }

        using var entry = _copies.CreateEntry(query);
        entry.Value = copy;
        entry.SlidingExpiration = Idle;
        entry.Size = copy.Bytes;
    }

    public void Dispose() => _copies.Dispose();

    /// <param name="Parts">Of all cells, in their order.</param>
    /// <param name="Whole">The parts, merged.</param>
    internal sealed record Copy(IReadOnlyList<Part> Parts, SelectedOrders Whole)
    {
        /// <summary>
        /// About how many bytes the copy takes. Orders of the whole count twice, because the JSON that requests share
        /// contains theirs.
        /// </summary>
        public long Bytes =>
            Parts.Sum(part => OwnBytes + part.Orders.Orders.Sum(order => OrderBytes + (long)order.Json.Length))
            + Whole.Orders.Sum(order => (long)order.Json.Length);
    }

    /// <summary>What an index selected in one cell. Equal parts have the same orders.</summary>
    /// <param name="Stamp">The stamp that the index had.</param>
    internal sealed record Part(CacheEpoch Epoch, string Stamp, SelectedOrders Orders);
}

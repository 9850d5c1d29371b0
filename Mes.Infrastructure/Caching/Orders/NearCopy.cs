using Mes.Application.Snapshots;

namespace Mes.Infrastructure.Caching.Orders;

/// <summary>An order in this instance's own memory. It is never told without an answer of Redis.</summary>
/// <param name="order">The order, which has its bytes to itself.</param>
/// <param name="refreshAt">
/// A timestamp: from then on a reader reads the entry again, so that Redis, which evicts what is not read, keeps it.
/// </param>
internal sealed class NearCopy(OrderSnapshot order, long refreshAt)
{
    /// <summary>About what a copy takes besides its JSON.</summary>
    private const int OwnBytes = 500;

    public OrderSnapshot Order => order;

    public long RefreshAt => refreshAt;

    public long Bytes => OwnBytes + order.Json.Length;

    /// <summary>Whether a reader has used it since the eviction last considered it.</summary>
    public bool IsUsed { get; set; }
}

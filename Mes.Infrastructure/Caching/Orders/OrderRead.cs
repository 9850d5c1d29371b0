using Mes.Application.Caching;
using Mes.Application.Snapshots;

namespace Mes.Infrastructure.Caching.Orders;

/// <summary>A read that waits for the answer of a question.</summary>
/// <param name="askedAt">A timestamp: when the caller asked.</param>
internal sealed class OrderRead(Guid orderId, long askedAt) : IThreadPoolWorkItem
{
    private readonly TaskCompletionSource<CacheRead<OrderSnapshot>> _completion = new();

    public Guid OrderId => orderId;

    public long AskedAt => askedAt;

    public Task<CacheRead<OrderSnapshot>> Task => _completion.Task;

    /// <summary>Its copy has turned out to be outdated: the next question reads the entry whatever is known.</summary>
    public bool NeedsEntry { get; set; }

    /// <summary>What the caller is told when it continues.</summary>
    public CacheRead<OrderSnapshot> Answer { get; set; }

    /// <summary>
    /// Has the thread pool continue the caller. All cores take from the same queue, so whatever is queued afterwards is
    /// done after the callers of a question have continued.
    /// </summary>
    public void Queue() => ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);

    /// <summary>Continues the caller on this thread.</summary>
    public void Execute() => _completion.SetResult(Answer);
}

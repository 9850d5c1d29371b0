using Mes.Application.Caching;
using Mes.Application.Snapshots;

namespace Mes.Infrastructure.Caching.Orders;

/// <summary>A read that waits for the answer of a question. Its continuation runs on the thread pool.</summary>
/// <param name="askedAt">A timestamp: when the caller asked.</param>
internal sealed class OrderRead(Guid orderId, long askedAt)
    : TaskCompletionSource<CacheRead<OrderSnapshot>>(TaskCreationOptions.RunContinuationsAsynchronously)
{
    public Guid OrderId => orderId;

    public long AskedAt => askedAt;

    /// <summary>Its copy has turned out to be outdated: the next question reads the entry whatever is known.</summary>
    public bool NeedsEntry { get; set; }
}

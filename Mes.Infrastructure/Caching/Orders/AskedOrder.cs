using Mes.Application.Caching;
using Mes.Application.Snapshots;

namespace Mes.Infrastructure.Caching.Orders;

/// <summary>An order in a question, for all reads of it that the question answers.</summary>
/// <param name="copy">
/// The instance's copy when the question was closed. Its reads keep it, even if it is evicted meanwhile.
/// </param>
internal sealed class AskedOrder(Guid orderId, NearCopy? copy)
{
    public Guid OrderId => orderId;

    public NearCopy? Copy => copy;

    /// <summary>The place of its entry in the question; null if only the log is needed.</summary>
    public int? Entry { get; set; }

    public List<OrderRead> Reads { get; } = [];

    /// <summary>What its entry contains; null if it was not read, or is not readable.</summary>
    public OrderSnapshot? Found { get; set; }

    /// <summary>What its reads are told; null when they join the next question.</summary>
    public CacheRead<OrderSnapshot>? Answer { get; set; }

    /// <summary>Whether the answer is the copy.</summary>
    public bool IsFromCopy { get; set; }
}

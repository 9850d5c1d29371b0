namespace Mes.Infrastructure.Redis;

/// <summary>How the cache behaves; section <c>Mes:Cache</c>.</summary>
public sealed class CacheOptions
{
    public const string Section = "Mes:Cache";

    /// <summary>A Redis Cluster has this many slots.</summary>
    public const int MaxCells = 16_384;

    /// <summary>
    /// The number of cells that the orders are divided into, each of which is on one node of a Redis Cluster: several
    /// times the number of masters. 1 on a single Redis. Changing it begins a new epoch; the instance that was started
    /// last decides.
    /// </summary>
    public int Cells { get; set; } = 1;

    /// <summary>How long a read waits for one reply of Redis.</summary>
    public TimeSpan ReadTimeout { get; set; } = TimeSpan.FromMilliseconds(50);

    /// <summary>
    /// How long a change waits for its put. After that the change is overdue, which takes all lists out of the cache
    /// for a moment. Together with the time until all licences have expired it stays below 1.5 s.
    /// </summary>
    public TimeSpan PutTimeout { get; set; } = TimeSpan.FromMilliseconds(150);

    /// <summary>
    /// After this many failures in a row no request waits for Redis, until Redis accepts a write again.
    /// </summary>
    public int FailuresToOpen { get; set; } = 5;

    /// <summary>
    /// How long a lease stands: longer than a change or a read of the database takes, or its put is rejected and
    /// repeated.
    /// </summary>
    public TimeSpan Lease { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How long the entry of a closed, cancelled or rejected order is kept. Saves memory; freshness does not depend on
    /// it.
    /// </summary>
    public TimeSpan KeepTerminal { get; set; } = TimeSpan.FromDays(1);

    /// <summary>
    /// How long a seller's index is kept after it was last read. Saves memory; freshness does not depend on it.
    /// </summary>
    public TimeSpan KeepIdleIndex { get; set; } = TimeSpan.FromDays(1);

    /// <summary>The copies of orders in an instance's own memory.</summary>
    public NearCopyOptions NearCopies { get; set; } = new();

    /// <summary>
    /// About how many bytes of boards and lists an instance keeps in its own memory. It serves them again only if Redis
    /// confirms, each time, that nothing in them has changed.
    /// </summary>
    public long MaxCopyBytes { get; set; } = 64 * 1024 * 1024;

    /// <summary>
    /// How long a tagged answer and its stamps are kept. Saves memory; freshness does not depend on it.
    /// </summary>
    public TimeSpan KeepTagged { get; set; } = TimeSpan.FromDays(1);
}

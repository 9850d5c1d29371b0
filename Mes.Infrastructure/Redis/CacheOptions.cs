namespace Mes.Infrastructure.Redis;

/// <summary>How the cache behaves; section <c>Mes:Cache</c>.</summary>
public sealed class CacheOptions
{
    public const string Section = "Mes:Cache";

    /// <summary>As many slots as a Redis Cluster has.</summary>
    public const int MaxCells = 16_384;

    /// <summary>
    /// Into how many cells the orders are divided, each of which is on one node of a Redis Cluster: several times the number of
    /// masters. 1 on a single Redis. Another number is another epoch; the instance that was started last decides.
    /// </summary>
    public int Cells { get; set; } = 1;

    /// <summary>No read waits longer for an answer of Redis.</summary>
    public TimeSpan ReadTimeout { get; set; } = TimeSpan.FromMilliseconds(50);

    /// <summary>
    /// A change waits so long for its put: what it gives up on is overdue, which takes all lists out of the cache for a moment. With the
    /// time until all licences are over it stays below 1.5 s.
    /// </summary>
    public TimeSpan PutTimeout { get; set; } = TimeSpan.FromMilliseconds(150);

    /// <summary>After so many failures in a row nobody waits at all, until Redis answers again.</summary>
    public int FailuresToOpen { get; set; } = 5;

    /// <summary>How long a lease stands: longer than a change or a read of the database takes, or its put is rejected and repeated.</summary>
    public TimeSpan Lease { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long the entry of a closed, cancelled or rejected order is kept. To save memory, not for freshness.</summary>
    public TimeSpan KeepTerminal { get; set; } = TimeSpan.FromDays(1);

    /// <summary>How long a seller's index is kept after it was last read. To save memory, not for freshness.</summary>
    public TimeSpan KeepIdleIndex { get; set; } = TimeSpan.FromDays(1);

    /// <summary>
    /// About how many bytes of boards and lists an instance keeps in its own memory. They are shown again only when Redis says, each time, that
    /// nothing in them has changed.
    /// </summary>
    public long MaxCopyBytes { get; set; } = 64 * 1024 * 1024;

    /// <summary>How long a tagged answer and its stamps are kept. To save memory, not for freshness.</summary>
    public TimeSpan KeepTagged { get; set; } = TimeSpan.FromDays(1);
}

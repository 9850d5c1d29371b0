namespace Mes.Application.Caching;

/// <summary>
/// Why a read was answered from the database without the cache. The names are a public contract: callers see them in
/// <c>Cache-Status: mes; fwd=bypass; detail=…</c>.
/// </summary>
public sealed class BypassReason
{
    private BypassReason(string name) => Name = name;

    /// <summary>The instance has just started and does not know the cache's state yet.</summary>
    public static BypassReason Starting { get; } = new("starting");

    /// <summary>
    /// There is no connection to Redis, its circuit is open, or it did not take what was read on a miss.
    /// </summary>
    public static BypassReason Unreachable { get; } = new("unreachable");

    /// <summary>Redis did not answer within the timeout.</summary>
    public static BypassReason Timeout { get; } = new("timeout");

    /// <summary>Redis answered with an error: out of memory, loading, read-only, not its cell.</summary>
    public static BypassReason Error { get; } = new("error");

    /// <summary>The key holds another kind of value than the cache writes.</summary>
    public static BypassReason WrongType { get; } = new("wrong-type");

    /// <summary>The instance holds no licence that covers the answer.</summary>
    public static BypassReason NoLicence { get; } = new("no-licence");

    /// <summary>Licences for the epoch before may still be alive.</summary>
    public static BypassReason NewEpoch { get; } = new("new-epoch");

    /// <summary>The cache belongs to another database.</summary>
    public static BypassReason OtherDatabase { get; } = new("other-database");

    /// <summary>The connection leads to another Redis than the one that the epoch began in.</summary>
    public static BypassReason OtherDataSet { get; } = new("other-data-set");

    /// <summary>Another version of the service has written the cache in another layout.</summary>
    public static BypassReason OtherLayout { get; } = new("other-layout");

    /// <summary>The cache is divided into another number of cells than this instance is configured for.</summary>
    public static BypassReason OtherCells { get; } = new("other-cells");

    /// <summary>The cache is turned off.</summary>
    public static BypassReason Disabled { get; } = new("disabled");

    /// <summary>No index is sorted by what the query asks for.</summary>
    public static BypassReason NotIndexed { get; } = new("not-indexed");

    /// <summary>Every reason that there is.</summary>
    public static IReadOnlyList<BypassReason> All { get; } =
    [
        Starting, Unreachable, Timeout, Error, WrongType, NoLicence, NewEpoch, OtherDatabase, OtherDataSet, OtherLayout,
        OtherCells, Disabled, NotIndexed,
    ];

    /// <summary>As it stands in <c>Cache-Status</c>.</summary>
    public string Name { get; }

    /// <inheritdoc/>
    public override string ToString() => Name;
}

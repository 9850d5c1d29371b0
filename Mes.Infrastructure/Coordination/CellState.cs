namespace Mes.Infrastructure.Coordination;

/// <summary>
/// One cell of the cache as the database describes it and as this instance's own clock interprets it.
/// </summary>
/// <param name="Epoch">The only epoch whose keys may be read.</param>
/// <param name="DataSet">
/// The name of the <see cref="Redis.DataSet"/> that holds the epoch; null while it has none.
/// </param>
/// <param name="NotNamedAt"> The last moment at which the database is known to have named another data set, or none: a
/// timestamp of this instance's monotonic clock. Null if the database has named this data set in every poll of this
/// instance.
/// </param>
/// <param name="Layout">The layout of the epoch (<see cref="CacheLayout"/>).</param>
/// <param name="IsOfThisDatabase">
/// Whether this very database began the epoch, rather than one that it was restored from or has replaced.
/// </param>
/// <param name="IsSettled">Whether the database records that all licences for the previous epoch have expired.</param>
/// <param name="IsEpochUsable">
/// Whether all licences for the previous epoch have expired: the database records it, or this instance has waited long
/// enough.
/// </param>
/// <param name="IsOutage">Whether an outage mark stands for the cell.</param>
internal sealed record CellState(
    long Epoch,
    string? DataSet,
    long? NotNamedAt,
    int Layout,
    bool IsOfThisDatabase,
    bool IsSettled,
    bool IsEpochUsable,
    bool IsOutage);

using Mes.Infrastructure.Redis;

namespace Mes.Infrastructure.Coordination;

/// <summary>What the database said of one cell of the cache, and what this instance makes of it by its own clock.</summary>
/// <param name="Epoch">The only one whose keys may be read.</param>
/// <param name="DataSet">The Redis that holds it; null while none is named.</param>
/// <param name="NotNamedAt">
/// A timestamp of the instance's own monotonic clock, of the last moment at which the database is known not to have named that data
/// set; null where it was named whenever this instance asked.
/// </param>
/// <param name="Layout">That of its indexes.</param>
/// <param name="IsOfThisDatabase">The epoch was begun by this very database, not by one that it was restored from, or has taken the place of.</param>
/// <param name="IsSettled">The database knows that all licences for the epoch before have run out.</param>
/// <param name="IsEpochUsable">All licences for the epoch before have run out: the database knows it, or this instance has waited for so long.</param>
/// <param name="IsOutage">Some instance's changes of its orders are taken by nobody.</param>
internal sealed record CellState(
    long Epoch, string? DataSet, long? NotNamedAt, int Layout, bool IsOfThisDatabase, bool IsSettled, bool IsEpochUsable, bool IsOutage);

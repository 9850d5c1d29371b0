namespace Mes.Infrastructure.Licensing;

/// <summary>What the database said of one cell of the cache.</summary>
/// <param name="Epoch">The only one whose keys may be read.</param>
/// <param name="DataSet">The Redis that holds it; null while none is named.</param>
/// <param name="Layout">That of its indexes.</param>
/// <param name="IsEpochUsable">All licences for the epoch before have run out.</param>
/// <param name="EpochAge">How long ago the epoch began.</param>
/// <param name="IsOutage">Some instance's changes of its orders are taken by nobody.</param>
internal sealed record CellState(long Epoch, string? DataSet, int Layout, bool IsEpochUsable, TimeSpan EpochAge, bool IsOutage);

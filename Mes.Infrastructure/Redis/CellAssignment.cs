namespace Mes.Infrastructure.Redis;

/// <summary>The data set in which this instance has found a cell.</summary>
/// <param name="DataSet">The data set that the connection for the cell leads to.</param>
/// <param name="Since"> A timestamp of this instance's monotonic clock: the cell was found there at this moment or
/// later. If the cell moved to a server that was already known, this is later than the identification of the data set.
/// </param>
internal sealed record CellAssignment(DataSet DataSet, long Since);

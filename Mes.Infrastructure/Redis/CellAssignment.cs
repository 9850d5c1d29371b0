namespace Mes.Infrastructure.Redis;

/// <summary>Where an instance has found a cell.</summary>
/// <param name="DataSet">What the connection leads to that it uses for the cell.</param>
/// <param name="Since">
/// A timestamp of the instance's own monotonic clock: not before it was the cell found there. Later than the identification of the data
/// set where the cell has moved to a server that was known before.
/// </param>
internal sealed record CellAssignment(DataSet DataSet, long Since);

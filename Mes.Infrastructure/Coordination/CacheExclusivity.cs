namespace Mes.Infrastructure.Coordination;

/// <summary>
/// Whether this process is the only one that can reach the cache. If it is, a new epoch need not wait for the licences
/// of other instances.
/// </summary>
internal sealed record CacheExclusivity(bool IsExclusive);

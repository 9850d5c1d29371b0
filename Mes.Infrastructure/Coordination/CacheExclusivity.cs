namespace Mes.Infrastructure.Coordination;

/// <summary>Whether this process is the only one that can reach the cache: then a new epoch need not wait for others' licences.</summary>
internal sealed record CacheExclusivity(bool IsExclusive);

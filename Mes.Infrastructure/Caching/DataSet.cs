namespace Mes.Infrastructure.Caching;

/// <summary>Which Redis a connection leads to, found out before anything on it counts.</summary>
/// <param name="RunId">Another one after every start of a Redis; so after a restart from a dump and after a failover.</param>
/// <param name="Socket">Which of the client's connections it is: the number of those it has opened so far.</param>
/// <param name="ConnectedAt">A timestamp of the instance's own monotonic clock, from before it was asked.</param>
/// <param name="Dangers">What in its configuration endangers the cache, for people.</param>
internal sealed record DataSet(string RunId, long Socket, long ConnectedAt, IReadOnlyList<string> Dangers);

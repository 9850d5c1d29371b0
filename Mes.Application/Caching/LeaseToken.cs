namespace Mes.Application.Caching;

/// <summary>
/// The right to fill in an order that the cache does not have. It was answered by the cache before the database was read
/// or the change committed; each attempt has a fresh one (bug classes 2, 5, 17, 28).
/// </summary>
/// <param name="Holder">On whose behalf it was asked for.</param>
public sealed record LeaseToken(string Value, LeaseHolder Holder = LeaseHolder.Reader);

namespace Mes.Application.Caching;

/// <summary>
/// The right to fill in an order that the cache does not have. Redis granted it before the database was read or the
/// change committed; each attempt needs a fresh one (bug classes 2, 5, 17, 28).
/// </summary>
/// <param name="Holder">Who requested it.</param>
public sealed record LeaseToken(string Value, LeaseHolder Holder = LeaseHolder.Reader);

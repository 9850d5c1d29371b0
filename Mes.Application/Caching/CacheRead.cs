namespace Mes.Application.Caching;

/// <summary>What a look into the cache found: an order, or what an index says of many.</summary>
public readonly record struct CacheRead<T>
    where T : class
{
    /// <summary>The value, on a hit.</summary>
    public T? Hit { get; private init; }

    /// <summary>The database cannot be asked whether the hit is still good.</summary>
    public bool IsUnverified { get; private init; }

    /// <summary>Why the cache was not asked or did not answer in time; null on a hit and on a miss.</summary>
    public BypassReason? BypassReason { get; private init; }

    /// <summary>
    /// After a bypass: the cache answered, but its answer does not count. What is read from the database instead is put all the same.
    /// </summary>
    public bool IsCacheReachable { get; private init; }

    /// <summary>The cache answered that it does not have it, or not all of it.</summary>
    public static CacheRead<T> Miss => default;

    public static CacheRead<T> Found(T value) => new() { Hit = value };

    public static CacheRead<T> FoundUnverified(T value) => new() { Hit = value, IsUnverified = true };

    public static CacheRead<T> Bypass(BypassReason reason) => new() { BypassReason = reason };

    /// <summary>The cache answered in time, but its answer does not count.</summary>
    public static CacheRead<T> Invalid(BypassReason reason) => new() { BypassReason = reason, IsCacheReachable = true };

    /// <summary>The same of what is made of the value.</summary>
    public CacheRead<TOther> Select<TOther>(Func<T, TOther> then)
        where TOther : class =>
        new() { Hit = Hit is null ? null : then(Hit), IsUnverified = IsUnverified, BypassReason = BypassReason, IsCacheReachable = IsCacheReachable };
}

namespace Mes.Application.Caching;

/// <summary>The result of a cache read: an order, or an answer from an index.</summary>
public readonly record struct CacheRead<T>
    where T : class
{
    /// <summary>The value, on a hit.</summary>
    public T? Hit { get; private init; }

    /// <summary>The database does not answer, so the hit may be out of date.</summary>
    public bool IsUnverified { get; private init; }

    /// <summary>Why the cache was bypassed; null on a hit and on a miss.</summary>
    public BypassReason? BypassReason { get; private init; }

    /// <summary>
    /// After a bypass: Redis answered, but the answer was not valid. The reader still puts the version that it reads
    /// from the database.
    /// </summary>
    public bool IsCacheReachable { get; private init; }

    /// <summary>
    /// After a miss or a bypass: what this read shares with others of the same order; null if it is alone.
    /// </summary>
    public SharedMiss? Shared { get; init; }

    /// <summary>The cache does not have the answer, or only a part of it.</summary>
    public static CacheRead<T> Miss => default;

    public static CacheRead<T> Found(T value) => new() { Hit = value };

    public static CacheRead<T> FoundUnverified(T value) => new() { Hit = value, IsUnverified = true };

    public static CacheRead<T> Bypass(BypassReason reason) => new() { BypassReason = reason };

    /// <summary>Redis answered in time, but the answer may not be used.</summary>
    public static CacheRead<T> Invalid(BypassReason reason) => new() { BypassReason = reason, IsCacheReachable = true };

    /// <summary>The same result with the value converted.</summary>
    public CacheRead<TOther> Select<TOther>(Func<T, TOther> then)
        where TOther : class =>
        new()
        {
            Hit = Hit is null ? null : then(Hit),
            IsUnverified = IsUnverified,
            BypassReason = BypassReason,
            IsCacheReachable = IsCacheReachable,
        };
}

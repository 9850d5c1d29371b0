namespace Mes.Application.Caching;

/// <summary>What a look into the cache's indexes found.</summary>
public readonly record struct IndexRead<T>
    where T : class
{
    public T? Hit { get; private init; }

    /// <summary>The database cannot be asked whether the hit is still good.</summary>
    public bool IsUnverified { get; private init; }

    /// <summary>Why the cache was not asked or did not answer in time; null on a hit and on a miss.</summary>
    public string? BypassReason { get; private init; }

    /// <summary>The index is not whole, or one of its orders is not in the cache.</summary>
    public static IndexRead<T> Miss => default;

    public static IndexRead<T> Found(T value, bool isUnverified) => new() { Hit = value, IsUnverified = isUnverified };

    public static IndexRead<T> Bypass(string reason) => new() { BypassReason = reason };

    public IndexRead<TOther> Select<TOther>(Func<T, TOther> then)
        where TOther : class =>
        Hit is null
            ? new IndexRead<TOther> { BypassReason = BypassReason }
            : new IndexRead<TOther> { Hit = then(Hit), IsUnverified = IsUnverified };
}

using Mes.Application.Orders;

namespace Mes.Application.Caching;

/// <summary>What a look into the cache found.</summary>
public readonly record struct CacheRead
{
    /// <summary>The order, on a hit.</summary>
    public OrderSnapshot? Hit { get; private init; }

    /// <summary>The database cannot be asked whether the hit is still good.</summary>
    public bool IsUnverified { get; private init; }

    /// <summary>Why the cache was not asked or did not answer in time; null on a hit and on a miss.</summary>
    public string? BypassReason { get; private init; }

    /// <summary>The cache answered that it does not have the order.</summary>
    public static CacheRead Miss => default;

    public static CacheRead Found(OrderSnapshot snapshot) => new() { Hit = snapshot };

    public static CacheRead FoundUnverified(OrderSnapshot snapshot) => new() { Hit = snapshot, IsUnverified = true };

    public static CacheRead Bypass(string reason) => new() { BypassReason = reason };
}

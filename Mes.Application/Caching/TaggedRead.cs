namespace Mes.Application.Caching;

/// <summary>What a look for a tagged answer found.</summary>
public readonly record struct TaggedRead
{
    /// <summary>The stored answer, on a hit.</summary>
    public ReadOnlyMemory<byte>? Hit { get; private init; }

    /// <summary>The stamps as they are now, which a new answer is to be stored with; null when the cache was passed by.</summary>
    public TagStamps? Stamps { get; private init; }

    /// <summary>The database cannot be asked whether the hit is still good.</summary>
    public bool IsUnverified { get; private init; }

    /// <summary>Why the cache was not asked or did not answer in time.</summary>
    public BypassReason? BypassReason { get; private init; }

    public static TaggedRead Found(ReadOnlyMemory<byte> value, TagStamps stamps) => new() { Hit = value, Stamps = stamps };

    public static TaggedRead FoundUnverified(ReadOnlyMemory<byte> value, TagStamps stamps) =>
        new() { Hit = value, Stamps = stamps, IsUnverified = true };

    public static TaggedRead Miss(TagStamps stamps) => new() { Stamps = stamps };

    public static TaggedRead Bypass(BypassReason reason) => new() { BypassReason = reason };
}

namespace Mes.Application.Caching;

/// <summary>The result of reading a tagged answer.</summary>
public readonly record struct TaggedRead
{
    /// <summary>The stored answer, on a hit.</summary>
    public ReadOnlyMemory<byte>? Hit { get; private init; }

    /// <summary>The current stamps, to store a new answer with; null after a bypass.</summary>
    public TagStamps? Stamps { get; private init; }

    /// <summary>The database does not answer, so the hit may be out of date.</summary>
    public bool IsUnverified { get; private init; }

    /// <summary>Why the cache was bypassed; null on a hit and on a miss.</summary>
    public BypassReason? BypassReason { get; private init; }

    public static TaggedRead Found(ReadOnlyMemory<byte> value, TagStamps stamps) =>
        new() { Hit = value, Stamps = stamps };

    public static TaggedRead FoundUnverified(ReadOnlyMemory<byte> value, TagStamps stamps) =>
        new() { Hit = value, Stamps = stamps, IsUnverified = true };

    public static TaggedRead Miss(TagStamps stamps) => new() { Stamps = stamps };

    public static TaggedRead Bypass(BypassReason reason) => new() { BypassReason = reason };
}

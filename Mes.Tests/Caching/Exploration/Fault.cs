namespace Mes.Tests.Caching.Exploration;

/// <summary>What goes wrong between the steps of a schedule.</summary>
internal enum Fault
{
    /// <summary>The entry is evicted.</summary>
    Evict,

    /// <summary>The lease runs out, or is evicted.</summary>
    Lapse,

    /// <summary>Redis loses everything.</summary>
    Flush,

    /// <summary>The entry is replaced by something that is no entry.</summary>
    Corrupt,

    /// <summary>The entry is written in another layout, as by an instance of another version of the service.</summary>
    OtherLayout,

    /// <summary>The version in the entry's first line becomes a higher one.</summary>
    SpoilUpwards,

    /// <summary>The version in the entry's first line becomes a lower one.</summary>
    SpoilDownwards,

    /// <summary>The client gives up a get, begin or put. Redis carries it out at any later time.</summary>
    Late,

    /// <summary>The process dies.</summary>
    Crash,

    /// <summary>The caller hangs up.</summary>
    HangUp,

    /// <summary>The change log is evicted.</summary>
    EvictLog,

    /// <summary>A byte of the newest record in the change log changes.</summary>
    SpoilLog,

    /// <summary>The change log loses bytes at its end.</summary>
    TruncateLog,

    /// <summary>Something of another type takes the change log's place.</summary>
    ForeignLog,

    /// <summary>The change log becomes an older one, of which no instance knows a stamp any more.</summary>
    SetBackLog,

    /// <summary>Another order of the cell changes.</summary>
    OtherOrder,

    /// <summary>More orders of the cell change than the change log remembers.</summary>
    OtherOrders,

    /// <summary>So much time passes that every copy is due to be read again.</summary>
    Age,

    /// <summary>An index is evicted.</summary>
    EvictIndex,

    /// <summary>An index loses its sentinel and keeps its orders.</summary>
    LoseSentinel,

    /// <summary>The builder of the indexes counts as stopped, and another instance begins to build.</summary>
    OtherBuilder,
}

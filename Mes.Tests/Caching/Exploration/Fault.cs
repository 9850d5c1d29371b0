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
}

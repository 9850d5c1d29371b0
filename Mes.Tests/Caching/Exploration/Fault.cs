namespace Mes.Tests.Caching.Exploration;

/// <summary>What goes wrong between the steps of a schedule.</summary>
internal enum Fault
{
    /// <summary>The entry is evicted.</summary>
    Evict,

    /// <summary>The lease runs out, or is evicted.</summary>
    Lapse,

    /// <summary>Everything is lost.</summary>
    Flush,

    /// <summary>Something that is no entry stands in the entry's place.</summary>
    Corrupt,

    /// <summary>The entry is written in another layout, as by an instance of another version of the service.</summary>
    OtherLayout,

    /// <summary>The version in the entry's first line becomes a higher one.</summary>
    SpoilUpwards,

    /// <summary>The version in the entry's first line becomes a lower one.</summary>
    SpoilDownwards,

    /// <summary>A get, begin or put is given up by the client. It is carried out at any time later.</summary>
    Late,

    /// <summary>The process dies.</summary>
    Crash,

    /// <summary>The caller hangs up.</summary>
    HangUp,
}

using Mes.Infrastructure.Redis;

namespace Mes.Infrastructure;

/// <summary>
/// The guards of the protocol that a build for tests can leave out, one at a time (<c>-p:MesWithoutGuard=LEASE</c>), to show
/// that the chaos run finds what each is there for. Every other build has them all.
/// </summary>
internal static class Guards
{
    /// <summary>A put does not write over a newer entry (bug classes 1, 3, 19).</summary>
    public static readonly bool Version =
#if MES_WITHOUT_VERSION
        false;
#else
        true;
#endif

    /// <summary>A put fills in a missing entry only under a lease (bug classes 2, 5, 28).</summary>
    public static readonly bool Lease =
#if MES_WITHOUT_LEASE
        false;
#else
        true;
#endif

    /// <summary>A hit counts only under a live licence that covers the order (bug classes 27, 29).</summary>
    public static readonly bool Licence =
#if MES_WITHOUT_LICENCE
        false;
#else
        true;
#endif

    /// <summary>Another Redis is another epoch (bug classes 15, 26).</summary>
    public static readonly bool DataSet =
#if MES_WITHOUT_DATASET
        false;
#else
        true;
#endif

    /// <summary>A change that could not be put is acknowledged only when nobody can read the old one any more (bug class 25).</summary>
    public static readonly bool Overdue =
#if MES_WITHOUT_OVERDUE
        false;
#else
        true;
#endif

    /// <summary>What a writer left behind is repaired (bug classes 4, 22).</summary>
    public static readonly bool Relay =
#if MES_WITHOUT_RELAY
        false;
#else
        true;
#endif

    /// <summary>An answer made of an index is not used again once the index has changed (bug classes 9, 10).</summary>
    public static readonly bool Stamp =
#if MES_WITHOUT_STAMP
        false;
#else
        true;
#endif

    /// <summary>An index that may not have every order is not read (bug class 13).</summary>
    public static readonly bool Sentinel =
#if MES_WITHOUT_SENTINEL
        false;
#else
        true;
#endif
}

namespace Mes.Infrastructure.Coordination;

/// <summary>Whether an answer of the cache may be used.</summary>
internal enum HitValidity
{
    /// <summary>It counts: a live licence covers it.</summary>
    Valid,

    /// <summary>The database cannot be asked, and had nothing against it when it last could. To be marked as such.</summary>
    Unverified,

    /// <summary>It does not count.</summary>
    Invalid,
}

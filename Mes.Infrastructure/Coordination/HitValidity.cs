namespace Mes.Infrastructure.Coordination;

/// <summary>Whether a hit may be used, decided when the reply has arrived.</summary>
internal enum HitValidity
{
    /// <summary>A live licence covers it.</summary>
    Valid,

    /// <summary>
    /// The database does not answer, but its last answer allowed the hit. The response must be marked as unverified.
    /// </summary>
    Unverified,

    /// <summary>It must not be used.</summary>
    Invalid,
}

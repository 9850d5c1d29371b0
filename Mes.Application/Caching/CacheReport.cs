namespace Mes.Application.Caching;

/// <summary>
/// How the cache took part in answering this request; one per request. The API reports it in <c>Cache-Status</c> (RFC
/// 9211).
/// </summary>
public sealed class CacheReport
{
    /// <summary>Null for a request that does not use the cache.</summary>
    public CacheOutcome? Outcome { get; private set; }

    /// <summary>After a miss: the answer was put into the cache.</summary>
    public bool Stored { get; private set; }

    /// <summary>After a bypass: the reason, as in <see cref="BypassReason.Name"/>.</summary>
    public string? Detail { get; private set; }

    /// <summary>After a hit: the database did not answer, so the hit may be out of date.</summary>
    public bool IsUnverified { get; private set; }

    public void Hit(bool unverified = false) => (Outcome, IsUnverified) = (CacheOutcome.Hit, unverified);

    public void Miss(bool stored) => (Outcome, Stored) = (CacheOutcome.Miss, stored);

    public void Bypass(BypassReason why) => (Outcome, Detail) = (CacheOutcome.Bypass, why.Name);
}

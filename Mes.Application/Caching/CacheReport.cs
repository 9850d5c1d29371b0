namespace Mes.Application.Caching;

/// <summary>
/// How the cache took part in answering this request; one per request. The API tells it in <c>Cache-Status</c> (RFC 9211).
/// </summary>
public sealed class CacheReport
{
    /// <summary>Null while nothing that is cached was asked for.</summary>
    public CacheOutcome? Outcome { get; private set; }

    /// <summary>After a miss: the answer was put into the cache.</summary>
    public bool Stored { get; private set; }

    /// <summary>Why the cache was passed by.</summary>
    public string? Detail { get; private set; }

    /// <summary>After a hit: the database could not be asked whether it is still good, so it may be old.</summary>
    public bool IsUnverified { get; private set; }

    public void Hit(bool unverified = false) => (Outcome, IsUnverified) = (CacheOutcome.Hit, unverified);

    public void Miss(bool stored) => (Outcome, Stored) = (CacheOutcome.Miss, stored);

    public void Bypass(BypassReason why) => (Outcome, Detail) = (CacheOutcome.Bypass, why.Name);
}

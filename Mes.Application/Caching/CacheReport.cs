using Mes.Domain.Results;

namespace Mes.Application.Caching;

/// <summary>
/// How the cache took part in an answer. It goes with the result (<see cref="Of{T}"/>), so a request needs no object
/// of its own to carry it. The API reports it in <c>Cache-Status</c> (RFC 9211).
/// </summary>
public sealed class CacheReport
{
    private static readonly CacheReport Verified = new() { Outcome = CacheOutcome.Hit };
    private static readonly CacheReport Unverified = new() { Outcome = CacheOutcome.Hit, IsUnverified = true };
    private static readonly CacheReport StoredMiss = new() { Outcome = CacheOutcome.Miss, Stored = true };
    private static readonly CacheReport UnstoredMiss = new() { Outcome = CacheOutcome.Miss };

    private CacheReport()
    {
    }

    /// <summary>The cache took no part.</summary>
    public static CacheReport None { get; } = new();

    /// <summary>Null when the cache took no part.</summary>
    public CacheOutcome? Outcome { get; private init; }

    /// <summary>After a miss: the answer was put into the cache.</summary>
    public bool Stored { get; private init; }

    /// <summary>After a bypass: the reason, as in <see cref="BypassReason.Name"/>.</summary>
    public string? Detail { get; private init; }

    /// <summary>After a hit: the database did not answer, so the hit may be out of date.</summary>
    public bool IsUnverified { get; private init; }

    public static CacheReport Hit(bool unverified = false) => unverified ? Unverified : Verified;

    public static CacheReport Miss(bool stored) => stored ? StoredMiss : UnstoredMiss;

    public static CacheReport Bypass(BypassReason why) => new() { Outcome = CacheOutcome.Bypass, Detail = why.Name };

    /// <returns><see cref="None"/> for a result that the cache had no part in.</returns>
    public static CacheReport Of<T>(Result<T> result) =>
        result is ReportedResult<T> reported ? reported.Report : None;
}

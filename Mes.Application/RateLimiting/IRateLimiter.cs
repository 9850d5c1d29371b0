using System.Net;
using Mes.Domain.Callers;

namespace Mes.Application.RateLimiting;

/// <summary>
/// The permits of all callers. Sellers and operators are limited each as one, with all their keys; other roles by key;
/// and who fails to authenticate by address.
/// </summary>
public interface IRateLimiter
{
    /// <summary>Whether requests are limited at all (<c>Mes:RateLimits:Enabled</c>).</summary>
    bool IsEnabled { get; }

    /// <param name="keyId">The id of the key that the caller has used; empty where it has used none.</param>
    IRateLimitAccount Of(Caller caller, ReadOnlySpan<char> keyId);

    /// <summary>For a caller that has failed to authenticate.</summary>
    /// <returns>Null where there is no address to limit, or are too many.</returns>
    IRateLimitAccount? Of(IPAddress? address);
}

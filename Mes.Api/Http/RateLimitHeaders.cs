using System.Globalization;
using Mes.Application.RateLimiting;

namespace Mes.Api.Http;

/// <summary>
/// What a limited caller is told of its limit with every answer (draft-ietf-httpapi-ratelimit-headers). The request
/// carries its caller's account as a feature.
/// </summary>
internal static class RateLimitHeaders
{
    public const string Policy = "RateLimit-Policy";
    public const string Limit = "RateLimit";

    public static void Write(HttpContext http, RateLimitPolicy policy, RateLimitDecision standing)
    {
        var headers = http.Response.Headers;
        headers[Policy] = policy.Field;
        headers[Limit] = string.Create(
            CultureInfo.InvariantCulture,
            $"\"{policy.Name}\";r={standing.Remaining};t={standing.SecondsUntilBack}");
    }

    /// <summary>
    /// For a problem: an exception has removed the headers. A caller whose key is not good any more is not told them.
    /// </summary>
    public static void WriteAgain(HttpContext http, bool isAuthenticated)
    {
        if (http.Features.Get<IRateLimitAccount>() is not { } account)
        {
            return;
        }

        if (isAuthenticated)
        {
            Write(http, account.Policy, account.Standing());
        }
        else
        {
            http.Response.Headers.Remove(Policy);
            http.Response.Headers.Remove(Limit);
        }
    }

    /// <summary>For an answer that comes long after its request.</summary>
    public static async ValueTask RenewAsync(HttpContext http)
    {
        if (http.Features.Get<IRateLimitAccount>() is { } account)
        {
            Write(http, account.Policy, await account.TakeAsync(0));
        }
    }
}

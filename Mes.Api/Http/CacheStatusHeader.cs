using Mes.Application.Caching;

namespace Mes.Api.Http;

/// <summary>Tells how the cache took part (RFC 9211). Only on reads that succeed.</summary>
internal static class CacheStatusHeader
{
    public const string Name = "Cache-Status";

    public static void Write(HttpContext http, CacheReport report)
    {
        if (report.Outcome is { } outcome)
        {
            http.Response.Headers[Name] = outcome switch
            {
                CacheOutcome.Hit => report.IsUnverified ? "mes; hit; detail=unverified" : "mes; hit",
                CacheOutcome.Miss => report.Stored ? "mes; fwd=miss; stored" : "mes; fwd=miss",
                _ => $"mes; fwd=bypass; detail={report.Detail}",
            };
        }
    }
}

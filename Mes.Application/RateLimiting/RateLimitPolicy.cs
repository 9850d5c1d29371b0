using System.Globalization;

namespace Mes.Application.RateLimiting;

/// <summary>How many requests a caller may make in a window of time.</summary>
/// <param name="Name">The role, as callers write it.</param>
/// <param name="Permits">The most in any window; a window may exceed it by a tenth.</param>
/// <param name="Window">At least a second.</param>
public sealed record RateLimitPolicy(string Name, long Permits, TimeSpan Window)
{
    /// <summary>Permits are counted in tenths.</summary>
    public const int Tenths = 10;

    /// <summary>As the header <c>RateLimit-Policy</c> says it (draft-ietf-httpapi-ratelimit-headers).</summary>
    public string Field { get; } = string.Create(
        CultureInfo.InvariantCulture, $"\"{Name}\";q={Permits};w={(long)Math.Ceiling(Window.TotalSeconds)}");
}

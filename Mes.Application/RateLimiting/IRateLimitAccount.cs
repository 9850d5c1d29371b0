namespace Mes.Application.RateLimiting;

/// <summary>The permits of one caller, which all instances share. Thread-safe.</summary>
public interface IRateLimitAccount
{
    RateLimitPolicy Policy { get; }

    /// <summary>
    /// Takes permits for a request. It never fails, and waits at most as long as a read waits for the cache.
    /// </summary>
    /// <param name="permits">
    /// 0 asks how the caller stands. More than the policy has are as many as it has, or they could never be granted.
    /// </param>
    ValueTask<RateLimitDecision> TakeAsync(int permits = 1);

    /// <summary>Takes back a part of what a request was granted.</summary>
    /// <param name="tenths">Of a permit.</param>
    /// <param name="granted">What the request was granted.</param>
    /// <returns>How the caller stands now.</returns>
    RateLimitDecision Refund(long tenths, RateLimitDecision granted);

    /// <summary>How the caller stands, as far as the instance knows without asking.</summary>
    RateLimitDecision Standing();
}

namespace Mes.Application.RateLimiting;

/// <summary>Whether a request may go on, and how its caller stands.</summary>
/// <param name="IsGranted">Whether it may.</param>
/// <param name="Remaining">
/// The permits that are left, rounded down, as far as this instance knows: what other instances have granted since it
/// last asked is not taken off yet.
/// </param>
/// <param name="SecondsUntilBack">After how many seconds permits come back; at least 1, at most the window.</param>
/// <param name="RetryAfterSeconds">For a refusal: after how many seconds to try again; at least 1.</param>
/// <param name="TakenAt">A timestamp of the monotonic clock, for a refund.</param>
public readonly record struct RateLimitDecision(
    bool IsGranted, long Remaining, int SecondsUntilBack, int RetryAfterSeconds, long TakenAt);

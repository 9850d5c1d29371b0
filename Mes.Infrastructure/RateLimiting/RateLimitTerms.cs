using Mes.Application.RateLimiting;

namespace Mes.Infrastructure.RateLimiting;

/// <summary>
/// How the permits of a policy are counted, so that no window has more than its permits and a tenth
/// (docs/decisions/0047). Amounts are tenths of a permit.
/// </summary>
internal sealed class RateLimitTerms
{
    private const int Steps = 50;
    private const int Portions = 16;
    private const int Views = 60;

    private static readonly TimeSpan LongestView = TimeSpan.FromSeconds(1);

    /// <param name="longestAnswer">How long an instance may wait for an answer of Redis.</param>
    public RateLimitTerms(RateLimitPolicy policy, TimeSpan longestAnswer)
    {
        Policy = policy;
        Limit = policy.Permits * RateLimitPolicy.Tenths;
        // Twice this may come on top of a window: what is held at its beginning, and what others hold at its end.
        HeldByAll = Limit / 20;
        AnswerTime = Min(longestAnswer, policy.Window / 20);
        Horizon = policy.Window + AnswerTime;
        Step = policy.Window / Steps;
        HoldTime = policy.Window / Portions;
        ViewTime = Min(LongestView, policy.Window / Views);
    }

    public RateLimitPolicy Policy { get; }

    /// <summary>The permits of a window.</summary>
    public long Limit { get; }

    /// <summary>The most that all instances together hold unspent.</summary>
    public long HeldByAll { get; }

    /// <summary>
    /// How long an instance waits for an answer. What an answer grants is spent by then, or not at all.
    /// </summary>
    public TimeSpan AnswerTime { get; }

    /// <summary>How long a permit counts.</summary>
    public TimeSpan Horizon { get; }

    /// <summary>Permits that are granted within this time are counted together, as of the last of them.</summary>
    public TimeSpan Step { get; }

    /// <summary>How long an instance may spend what it holds.</summary>
    public TimeSpan HoldTime { get; }

    /// <summary>How long an instance goes without asking how much others have spent.</summary>
    public TimeSpan ViewTime { get; }

    private static TimeSpan Min(TimeSpan one, TimeSpan other) => one < other ? one : other;
}

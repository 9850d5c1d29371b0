namespace Mes.Infrastructure.RateLimiting;

/// <summary>What an instance asks of the permits that all instances share. Amounts are tenths of a permit.</summary>
/// <param name="Cost">What one request costs; 0 where the instance does not want to hold more.</param>
/// <param name="Wanted">What all of them cost.</param>
/// <param name="Rest">What the instance holds unspent, and goes on holding.</param>
/// <param name="Returned">What it was granted and has not spent.</param>
/// <param name="Age">How long ago that was granted, at most.</param>
/// <param name="Debt">What it has spent without asking.</param>
internal readonly record struct RateLimitQuestion(
    long Cost, long Wanted, long Rest, long Returned, TimeSpan Age, long Debt);

namespace Mes.Infrastructure.RateLimiting;

/// <summary>The answer to a <see cref="RateLimitQuestion"/>. Amounts are tenths of a permit.</summary>
/// <param name="Granted">For the requests that wait: a multiple of the cost of one.</param>
/// <param name="Held">What the instance holds from now on, to spend without asking; not less than it held.</param>
/// <param name="Spent">What all instances together have spent in the window.</param>
/// <param name="Back">After what time permits come back; zero where none are spent.</param>
/// <param name="Retry">After what time a request that was refused could be granted.</param>
internal sealed record RateLimitGrant(long Granted, long Held, long Spent, TimeSpan Back, TimeSpan Retry);

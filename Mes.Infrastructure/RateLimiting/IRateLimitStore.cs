namespace Mes.Infrastructure.RateLimiting;

/// <summary>The permits that all instances share.</summary>
internal interface IRateLimitStore
{
    /// <param name="partition">Whose permits; <c>seller:alpha</c>.</param>
    /// <param name="terms">How they are counted.</param>
    /// <returns>Null where there is no answer within the time that <paramref name="terms"/> gives it.</returns>
    ValueTask<RateLimitGrant?> AskAsync(string partition, RateLimitTerms terms, RateLimitQuestion question);
}

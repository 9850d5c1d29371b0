using System.Net;
using Mes.Application.RateLimiting;

namespace Mes.Api.Http;

/// <summary>
/// Refuses requests without a good key. Too many of them from one address are answered 429 instead of 401; a request
/// with a good key from there never waits for it.
/// </summary>
internal sealed class Strangers(IRateLimiter limiter)
{
    public async ValueTask<ProblemResult> RefuseAsync(IPAddress? address, string detail) =>
        limiter.IsEnabled
        && limiter.Of(address) is { } account
        && await account.TakeAsync() is { IsGranted: false } refused
            ? RateLimitCharge.Refusal(refused)
            : ProblemResult.Of(ProblemCatalog.Unauthenticated, detail);
}

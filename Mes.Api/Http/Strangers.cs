using System.Net;
using Mes.Infrastructure.RateLimiting;
using Microsoft.Extensions.Options;

namespace Mes.Api.Http;

/// <summary>
/// Refuses requests without a good key. Too many of them from one address are answered 429 instead of 401; a request
/// with a good key from there never waits for it.
/// </summary>
internal sealed class Strangers(RateLimiter limiter, IOptions<RateLimitOptions> limits)
{
    private readonly bool _areLimited = limits.Value.Enabled == true;

    public async ValueTask<ProblemResult> RefuseAsync(IPAddress? address, string detail) =>
        _areLimited && limiter.Of(address) is { } account && await account.TakeAsync() is { IsGranted: false } refused
            ? RateLimitCharge.Refusal(refused)
            : ProblemResult.Of(ProblemCatalog.Unauthenticated, detail);
}

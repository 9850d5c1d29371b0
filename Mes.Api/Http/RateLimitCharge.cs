using Mes.Application.RateLimiting;
using Mes.Domain.Results;

namespace Mes.Api.Http;

/// <summary>What a request has taken of its caller's permits.</summary>
/// <param name="Account">Null where requests are not limited.</param>
internal readonly record struct RateLimitCharge(IRateLimitAccount? Account, RateLimitDecision Granted)
{
    /// <summary>Of ten: a caller that has the version already costs next to nothing.</summary>
    private const int RefundOfNotModified = 9;

    /// <summary>Takes back what the request did not cost in the end.</summary>
    public void Settle(HttpContext http)
    {
        if (Account is not null && http.Response.StatusCode == StatusCodes.Status304NotModified)
        {
            var standing = Account.Refund(RefundOfNotModified, Granted);
            if (!http.Response.HasStarted)
            {
                RateLimitHeaders.Write(http, Account.Policy, standing);
            }
        }
    }

    /// <summary>Takes permits for what a request turns out to cost beyond the one that it has.</summary>
    /// <returns>Null if they were granted; else the answer, and the request has cost nothing.</returns>
    public static async ValueTask<ProblemResult?> TakeMoreAsync(HttpContext http, int permits)
    {
        if (permits < 1 || http.Features.Get<IRateLimitAccount>() is not { } account)
        {
            return null;
        }

        var decision = await account.TakeAsync(permits);
        if (!decision.IsGranted)
        {
            account.Refund(RateLimitPolicy.Tenths, decision);
        }

        RateLimitHeaders.Write(http, account.Policy, account.Standing());
        return decision.IsGranted ? null : Refusal(decision);
    }

    public static ProblemResult Refusal(RateLimitDecision decision) =>
        new(new Error(
            ProblemCatalog.RateLimited, "The requests for this window are used up. Wait as long as Retry-After says.")
        {
            RetryAfter = TimeSpan.FromSeconds(decision.RetryAfterSeconds),
        });
}

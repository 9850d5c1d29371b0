using MediatR;
using Mes.Application.ApiKeys;
using Mes.Application.RateLimiting;
using Mes.Application.Sessions;
using Mes.Domain.Callers;
using Mes.Infrastructure.Callers;
using Mes.Infrastructure.Startup;
using Microsoft.AspNetCore.Http.Features;

namespace Mes.Api.Http;

/// <summary>
/// Identifies the caller and rejects a caller that may not use the endpoint, before anything else of the request is
/// read. It also limits each caller to its rate and its share. It works on the endpoint's metadata: the framework's
/// handlers and policies cost a fifth of the throughput of a cached read (docs/decisions/0008).
/// </summary>
internal sealed class CallerMiddleware(
    RequestDelegate next,
    CallerIdentification callers,
    AuthenticationFailures failures,
    CallerShares shares,
    IRateLimiter limiter,
    Strangers strangers,
    IMediator mediator,
    ServiceState state)
{
    /// <summary>For an endpoint that does not declare who may call it.</summary>
    private static readonly RequiredRoles NoRoles = new([]);

    public Task InvokeAsync(HttpContext http)
    {
        // Routing's own responses, such as a 405, are not route endpoints.
        if (http.GetEndpoint() is not RouteEndpoint endpoint || endpoint.Metadata.GetMetadata<OpenToAll>() is not null)
        {
            LimitDiscardedBody(http);
            return next(http);
        }

        if (state.WaitingFor is { } missing)
        {
            LimitDiscardedBody(http);
            return ProblemResult.Of(ProblemCatalog.DependencyUnavailable,
                $"The service is starting; it is waiting for {missing}.").ExecuteAsync(http);
        }

        // Nothing of this waits in most requests, so most need no asynchronous method for it.
        var identity = IdentifyAsync(http);
        return identity.IsCompletedSuccessfully
            ? AdmitAsync(http, endpoint, identity.Result)
            : AwaitIdentityAsync(http, endpoint, identity);
    }

    private async Task AwaitIdentityAsync(HttpContext http, RouteEndpoint endpoint, ValueTask<Caller?> identity) =>
        await AdmitAsync(http, endpoint, await identity);

    private Task AdmitAsync(HttpContext http, RouteEndpoint endpoint, Caller? caller)
    {
        if (caller is null)
        {
            return RefuseStrangerAsync(http);
        }

        if (!limiter.IsEnabled)
        {
            return AuthorizeAsync(http, endpoint, caller, default);
        }

        var account = limiter.Of(caller, KeyId(http, caller));
        http.Features.Set<IRateLimitAccount>(account);
        var decision = account.TakeAsync();
        return decision.IsCompletedSuccessfully
            ? LimitAsync(http, endpoint, caller, new RateLimitCharge(account, decision.Result))
            : AwaitDecisionAsync(http, endpoint, caller, account, decision);
    }

    private async Task AwaitDecisionAsync(
        HttpContext http,
        RouteEndpoint endpoint,
        Caller caller,
        IRateLimitAccount account,
        ValueTask<RateLimitDecision> decision) =>
        await LimitAsync(http, endpoint, caller, new RateLimitCharge(account, await decision));

    private Task LimitAsync(HttpContext http, RouteEndpoint endpoint, Caller caller, RateLimitCharge charge)
    {
        RateLimitHeaders.Write(http, charge.Account!.Policy, charge.Granted);
        if (charge.Granted.IsGranted)
        {
            return AuthorizeAsync(http, endpoint, caller, charge);
        }

        LimitDiscardedBody(http);
        return RateLimitCharge.Refusal(charge.Granted).ExecuteAsync(http);
    }

    private Task AuthorizeAsync(HttpContext http, RouteEndpoint endpoint, Caller caller, RateLimitCharge charge)
    {
        var required = endpoint.Metadata.GetMetadata<RequiredRoles>() ?? NoRoles;
        if (!required.Roles.Contains(caller.Role))
        {
            return ProblemResult.Of(ProblemCatalog.Forbidden,
                $"This is not allowed for the role {Roles.NameOf(caller.Role)}.").ExecuteAsync(http);
        }

        if (http.Features.Get<LiveSession>() is { } session && Objection(session, http.Request) is { } objection)
        {
            LimitDiscardedBody(http);
            return ProblemResult.Of(ProblemCatalog.Forbidden, objection).ExecuteAsync(http);
        }

        http.Features.Set(caller);
        http.Features.Set(mediator);
        var cost = endpoint.Metadata.GetMetadata<RequestCost>();
        var share = shares.EnterAsync(caller, cost, http);
        return share.IsCompletedSuccessfully
            ? ProceedAsync(http, cost, charge, share.Result)
            : AwaitShareAsync(http, cost, charge, share);
    }

    private async Task AwaitShareAsync(
        HttpContext http, RequestCost? cost, RateLimitCharge charge, ValueTask<CallerShares.Share?> share) =>
        await ProceedAsync(http, cost, charge, await share);

    private Task ProceedAsync(HttpContext http, RequestCost? cost, RateLimitCharge charge, CallerShares.Share? share)
    {
        if (share is not { } held)
        {
            return ProblemResult.Of(ProblemCatalog.RateLimited,
                "This caller has too many requests waiting. Send fewer at once.").ExecuteAsync(http);
        }

        if (cost is { MayWait: true })
        {
            return WaitAsync(http, held);
        }

        Task request;
        try
        {
            request = next(http);
        }
        catch
        {
            held.Dispose();
            throw;
        }

        if (!request.IsCompletedSuccessfully)
        {
            return HoldAsync(http, charge, held, request);
        }

        held.Dispose();
        charge.Settle(http);
        return request;
    }

    private async Task WaitAsync(HttpContext http, CallerShares.Share share)
    {
        using var held = new HeldShare(share);
        http.Features.Set(held);
        await next(http);
    }

    private static async Task HoldAsync(
        HttpContext http, RateLimitCharge charge, CallerShares.Share share, Task request)
    {
        using (share)
        {
            await request;
            charge.Settle(http);
        }
    }

    private async Task RefuseStrangerAsync(HttpContext http)
    {
        LimitDiscardedBody(http);
        var refusal = await strangers.RefuseAsync(
            http.Connection.RemoteIpAddress, "Send a valid API key: Authorization: Bearer <key>.");
        await refusal.ExecuteAsync(http);
    }

    /// <summary>Services and administrators are limited by key; others by what they are.</summary>
    private static ReadOnlySpan<char> KeyId(HttpContext http, Caller caller) =>
        caller.Role is Role.Service or Role.Admin ? http.CallerKeyId() : default(ReadOnlySpan<char>);

    private ValueTask<Caller?> IdentifyAsync(HttpContext http)
    {
        if (Credential.Of(http.Request) is { } credential)
        {
            return callers.FindAsync(credential, http);
        }

        failures.Count(AuthenticationFailure.Missing);
        return new((Caller?)null);
    }

    /// <returns>Why a request with this session's cookie is refused; null if it is not.</returns>
    private static string? Objection(LiveSession session, HttpRequest request) =>
        HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method) ? null
        : RequestOrigin.IsOwn(request) != true ? "A session changes something only from a page of this service."
        : session.IsDisplay ? "The session of a display may read only."
        : null;

    /// <summary>
    /// No endpoint will read the body. The server discards enough of it for an honest caller to receive the response,
    /// and then closes the connection.
    /// </summary>
    private static void LimitDiscardedBody(HttpContext http)
    {
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } body)
        {
            body.MaxRequestBodySize = RequestLimits.StrangersBodyBytes;
        }
    }
}

using Mes.Application.ApiKeys;
using Mes.Domain.Callers;
using Mes.Infrastructure.Callers;
using Mes.Infrastructure.Startup;
using Microsoft.AspNetCore.Http.Features;

namespace Mes.Api.Http;

/// <summary>
/// Identifies the caller and rejects a caller that may not use the endpoint, before anything else of the request is
/// read. It also limits each caller to its share. It works on the endpoint's metadata: the framework's handlers and
/// policies cost a fifth of the throughput of a cached read (docs/decisions/0008).
/// </summary>
internal sealed class CallerMiddleware(
    RequestDelegate next,
    ICallerDirectory callers,
    AuthenticationFailures failures,
    CallerShares shares,
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

        var required = endpoint.Metadata.GetMetadata<RequiredRoles>() ?? NoRoles;
        return AuthenticateAsync(http, required, endpoint.Metadata.GetMetadata<RequestCost>());
    }

    private async Task AuthenticateAsync(HttpContext http, RequiredRoles required, RequestCost? cost)
    {
        if (state.WaitingFor is { } missing)
        {
            LimitDiscardedBody(http);
            await ProblemResult.Of(ProblemCatalog.DependencyUnavailable,
                $"The service is starting; it is waiting for {missing}.").ExecuteAsync(http);
            return;
        }

        if (await IdentifyAsync(http) is not { } caller)
        {
            LimitDiscardedBody(http);
            await ProblemResult.Of(ProblemCatalog.Unauthenticated, "Send a valid API key: Authorization: Bearer <key>.")
                .ExecuteAsync(http);
            return;
        }

        if (!required.Roles.Contains(caller.Role))
        {
            await ProblemResult.Of(ProblemCatalog.Forbidden,
                $"This is not allowed for the role {caller.Role.ToString().ToLowerInvariant()}.").ExecuteAsync(http);
            return;
        }

        using var share = await shares.EnterAsync(caller, cost, http);
        if (share is null)
        {
            await ProblemResult.Of(ProblemCatalog.RateLimited,
                "This caller has too many requests waiting. Send fewer at once.").ExecuteAsync(http);
            return;
        }

        http.Features.Set(caller);
        if (cost is { MayWait: true })
        {
            http.Features.Set(new HeldShare(share));
        }

        await next(http);
    }

    private ValueTask<Caller?> IdentifyAsync(HttpContext http)
    {
        if (BearerKey.Of(http.Request) is { } key)
        {
            return callers.FindAsync(key, http.RequestAborted);
        }

        failures.Count(AuthenticationFailure.Missing);
        return new((Caller?)null);
    }

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

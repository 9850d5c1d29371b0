using Mes.Application.ApiKeys;
using Mes.Domain.Callers;
using Mes.Infrastructure.Callers;
using Mes.Infrastructure.Startup;
using Microsoft.AspNetCore.Http.Features;

namespace Mes.Api.Http;

/// <summary>
/// Finds out who is calling, and turns away who may not, before anything of the request is looked at; and lets nobody take more than
/// its share. A middleware of our own on the endpoint's metadata: the framework's handlers and policies cost a fifth of the throughput
/// of a cached read.
/// </summary>
internal sealed class CallerMiddleware(
    RequestDelegate next, ICallerDirectory callers, AuthenticationFailures failures, CallerShares shares, ServiceState state)
{
    private const string Scheme = "Bearer ";

    /// <summary>Of an endpoint that does not say who may call it.</summary>
    private static readonly RequiredRoles Nobody = new([]);

    public Task InvokeAsync(HttpContext http)
    {
        // What routing itself answers with, such as a 405, is no route.
        if (http.GetEndpoint() is not RouteEndpoint endpoint || endpoint.Metadata.GetMetadata<OpenToAll>() is not null)
        {
            LimitWhatIsSwallowed(http);
            return next(http);
        }

        return AuthenticateAsync(http, endpoint.Metadata.GetMetadata<RequiredRoles>() ?? Nobody, endpoint.Metadata.GetMetadata<RequestCost>());
    }

    private async Task AuthenticateAsync(HttpContext http, RequiredRoles required, RequestCost? cost)
    {
        if (state.WaitingFor is { } missing)
        {
            LimitWhatIsSwallowed(http);
            await ProblemResult.Of(ProblemCatalog.DependencyUnavailable, $"The service is starting; it waits for {missing}.").ExecuteAsync(http);
            return;
        }

        if (await IdentifyAsync(http) is not { } caller)
        {
            LimitWhatIsSwallowed(http);
            await ProblemResult.Of(ProblemCatalog.Unauthenticated, "Send a good API key: Authorization: Bearer <key>.").ExecuteAsync(http);
            return;
        }

        if (!required.Roles.Contains(caller.Role))
        {
            await ProblemResult.Of(ProblemCatalog.Forbidden, $"This is not for the role {caller.Role.ToString().ToLowerInvariant()}.").ExecuteAsync(http);
            return;
        }

        using var share = await shares.EnterAsync(caller, cost, http);
        if (share is null)
        {
            await ProblemResult.Of(ProblemCatalog.RateLimited, "Too many requests of this caller are waiting. Send fewer at once.").ExecuteAsync(http);
            return;
        }

        http.Features.Set(caller);
        await next(http);
    }

    private ValueTask<Caller?> IdentifyAsync(HttpContext http)
    {
        var authorization = http.Request.Headers.Authorization;
        if (authorization.Count == 1 && authorization[0] is { } header && header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
        {
            return callers.FindAsync(header[Scheme.Length..].Trim(), http.RequestAborted);
        }

        failures.Count(AuthenticationFailure.Missing);
        return new((Caller?)null);
    }

    /// <summary>Nobody is going to read the body. The server swallows so much of it that an honest sender gets to its answer, and hangs up on others.</summary>
    private static void LimitWhatIsSwallowed(HttpContext http)
    {
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } body)
        {
            body.MaxRequestBodySize = RequestLimits.StrangersBodyBytes;
        }
    }
}

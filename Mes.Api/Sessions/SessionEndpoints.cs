using MediatR;
using Mes.Api.Hosting;
using Mes.Api.Http;
using Mes.Api.Sessions.Bodies;
using Mes.Application.ApiKeys;
using Mes.Application.Sessions;
using Mes.Application.Sessions.CloseSession;
using Mes.Application.Sessions.OpenSession;
using Mes.Application.Validation;
using Mes.Domain.Callers;
using Microsoft.Net.Http.Headers;
using HttpResult = Microsoft.AspNetCore.Http.IResult;

namespace Mes.Api.Sessions;

/// <summary>Sessions of browsers: sign in, look, sign out.</summary>
internal static class SessionEndpoints
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(12);

    private static readonly Role[] Users = [Role.Operator, Role.Service];

    /// <summary>What an endpoint that asks for no key can answer besides what follows from its body.</summary>
    private static readonly string[] Problems =
    [
        ProblemCatalog.ValidationError, ProblemCatalog.Unauthenticated, ProblemCatalog.Forbidden,
        ProblemCatalog.RateLimited, ProblemCatalog.InternalError, ProblemCatalog.DependencyUnavailable,
    ];

    public static void MapSessions(this IEndpointRouteBuilder api)
    {
        var session = api.MapGroup("/session").WithTags("Session").IsNotStored();

        session.MapPost("/", OpenAsync).WithName("openSession").WithSummary("Sign a browser in")
            .WithDescription(
                "For operators and services. The cookie is worth the key on every call, for 12 hours; that of a "
                    + "display for longer, and for reading only. A key has at most "
                    + $"{Session.LivePerKey} sessions, and as many of displays: the oldest one ends. Refused when the "
                    + "request names another origin.")
            .Produces(StatusCodes.Status204NoContent)
            .WithResponseHeaders(HeaderNames.SetCookie)
            .WithProblems(["concurrent-change", .. Problems])
            .ForAnybody();

        session.MapRead("/", Get).WithName("getSession").WithSummary("Read who is signed in")
            .WithDescription("Ages are in seconds, and count by the service's time.")
            .Produces<SessionDocument>()
            .ForRoles(Users);

        session.MapDelete("/", CloseAsync).WithName("closeSession").WithSummary("Sign a browser out")
            .WithDescription(
                "Also without a session. It is worth nothing afterwards, on any instance within a second. With the "
                    + "cookie, the request must come from a page of this service.")
            .Produces(StatusCodes.Status204NoContent)
            .WithResponseHeaders(HeaderNames.SetCookie)
            .WithProblems([.. Problems, "concurrent-change"])
            .ForAnybody();
    }

    private static async Task<HttpResult> OpenAsync(
        JsonBody<OpenSessionBody> body,
        HttpContext http,
        ICallerDirectory callers,
        Strangers strangers,
        IMediator mediator,
        IConfiguration configuration)
    {
        if (RequestOrigin.IsOwn(http.Request) == false)
        {
            return ProblemResult.Of(ProblemCatalog.Forbidden, "Sign in on a page of this service.");
        }

        if (body.Content.Error is { } error)
        {
            return new ProblemResult(error);
        }

        if (body.Content.Value.Key is not { } key)
        {
            return new ProblemResult(ValidationError.Of("key", "is required"));
        }

        if (await callers.FindAsync(key, http.RequestAborted) is not { } caller)
        {
            return await RefuseAsync(strangers, http);
        }

        if (!Users.Contains(caller.Role))
        {
            return ProblemResult.Of(
                ProblemCatalog.Forbidden, $"The board is not for the role {Roles.NameOf(caller.Role)}.");
        }

        var isDisplay = body.Content.Value.Display == true;
        var lifetime = isDisplay
            ? configuration.GetValue(Settings.DisplaySession, Settings.DefaultDisplaySession)
            : Lifetime;
        var opened = await mediator.Send(
            new OpenSession(ApiKeyText.Parse(key)!.Id, isDisplay, lifetime), http.RequestAborted);
        if (!opened.IsSuccess)
        {
            return new ProblemResult(opened.Error);
        }

        SessionCookie.Set(http, opened.Value, lifetime);
        return Done(http);
    }

    private static HttpResult Get(
        HttpContext http, ISessionDirectory sessions, IConfiguration configuration, TimeProvider clock)
    {
        var (role, id) = http.Caller();
        var session = http.Features.Get<LiveSession>();
        var rest = session?.Rest ?? sessions.RestOfKey(http.CallerKeyId());
        return JsonResults.NotStored(http, new SessionDocument(
            Roles.NameOf(role),
            role == Role.Operator ? id : null,
            session is { IsDisplay: true },
            rest is { } time ? clock.GetUtcNow() + time : null,
            Ageing.Read(configuration)));
    }

    private static async Task<HttpResult> CloseAsync(
        HttpContext http, CallerIdentification callers, Strangers strangers, IMediator mediator)
    {
        if (http.Request.Headers.Authorization.Count > 0)
        {
            // With a key the cookie is not looked at.
            return Credential.Of(http.Request) is { } key && await callers.FindAsync(key, http) is not null
                ? Done(http)
                : await RefuseAsync(strangers, http);
        }

        if (SessionCookie.Of(http.Request) is not { } token)
        {
            return Done(http);
        }

        if (RequestOrigin.IsOwn(http.Request) != true)
        {
            return ProblemResult.Of(ProblemCatalog.Forbidden, "Sign out on a page of this service.");
        }

        var closed = await mediator.Send(new CloseSession(token), http.RequestAborted);
        if (!closed.IsSuccess)
        {
            return new ProblemResult(closed.Error);
        }

        SessionCookie.Remove(http);
        return Done(http);
    }

    private static async Task<HttpResult> RefuseAsync(Strangers strangers, HttpContext http) =>
        await strangers.RefuseAsync(http.Connection.RemoteIpAddress, "The API key is not valid.");

    private static HttpResult Done(HttpContext http)
    {
        JsonResults.ForbidStoring(http);
        return TypedResults.NoContent();
    }
}

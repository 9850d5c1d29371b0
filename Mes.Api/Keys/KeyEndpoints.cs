using Mes.Api.Http;
using Mes.Api.Keys.Bodies;
using Mes.Application.ApiKeys;
using Mes.Application.ApiKeys.CreateApiKey;
using Mes.Application.ApiKeys.GetApiKey;
using Mes.Application.ApiKeys.RevokeApiKey;
using Mes.Application.ApiKeys.RotateApiKey;
using Mes.Application.Validation;
using Mes.Domain.Callers;
using Mes.Domain.Results;
using Microsoft.Net.Http.Headers;
using HttpResult = Microsoft.AspNetCore.Http.IResult;

namespace Mes.Api.Keys;

/// <summary>API keys: list, issue, rotate, revoke. No answer may be kept by a cache.</summary>
internal static class KeyEndpoints
{
    private const string Successors = "successors";

    private static readonly Role[] Holders = [Role.Admin, Role.Seller];

    public static void MapKeys(this IEndpointRouteBuilder api)
    {
        var keys = api.MapGroup("/keys").WithTags("Keys").IsNotStored();

        keys.MapRead("/", ListAsync).WithName("listKeys").WithSummary("List API keys, newest first")
            .WithDescription(
                "An administrator sees all keys, a seller its own; revoked and expired ones too, and never a secret.")
            .Produces<ApiKeyPage>()
            .WithResponseHeaders(HeaderNames.Link)
            .WithQuery(KeyListQuery.Parameters)
            .Costs(1, ofFullPage: 7)
            .ForRoles(Holders);

        keys.MapRead("/{keyId}", GetAsync).WithName("getKey").WithSummary("Read an API key")
            .WithDescription(
                "For sellers, a key of another holder is not there: the same 404 as for an id that never existed.")
            .Produces<ApiKeyDocument>()
            .ForRoles(Holders);

        keys.MapPost("/", IssueAsync).WithName("issueKey").WithSummary("Issue an API key")
            .WithDescription(
                "`key` is shown in this answer only: the service keeps its hash. `sellerId` goes with the role seller, "
                    + "`operatorId` with the role operator, and neither with other roles. A seller has at most "
                    + $"{ApiKeyLimits.LivePerSeller} live keys; those that have been rotated do not count.")
            .Produces<IssuedKeyDocument>(StatusCodes.Status201Created)
            .WithResponseHeaders(HeaderNames.Location)
            .WithProblems("too-many-keys", "concurrent-change")
            .ForRoles(Role.Admin);

        keys.MapPost("/{keyId}/rotation", RotateAsync).WithName("rotateKey").WithSummary("Replace an API key by a new one")
            .WithDescription(
                "The new key is for the same holder, with the same name and expiry. The old one expires after the "
                    + "overlap, or when it would have anyway. Without a body the overlap is a day. If the answer is "
                    + "lost, rotate again: a successor that has never been used is replaced. A seller's key rotates "
                    + "itself only.")
            .Produces<IssuedKeyDocument>(StatusCodes.Status201Created)
            .WithResponseHeaders(HeaderNames.Location)
            .WithProblems("key-not-live", "already-rotated", "concurrent-change")
            .ForRoles(Holders);

        keys.MapDelete("/{keyId}", RevokeAsync).WithName("revokeKey").WithSummary("Revoke an API key")
            .WithDescription(
                "It is refused everywhere within a second. Revoking it again changes nothing. An administrator may "
                    + "revoke any key, a seller its own; some admin key without expiry always stays.")
            .Produces(StatusCodes.Status204NoContent)
            .WithProblems("last-admin-key", "concurrent-change")
            .WithQuery(new QueryParameter(
                Successors, "Whether the keys that were rotated from it are revoked as well.")
            {
                Values = ["true", "false"],
                Default = "false",
                Example = "true",
            })
            .ForRoles(Holders);
    }

    private static Task<HttpResult> ListAsync(HttpContext http) => http.SendAsync(
        query => KeyListQuery.Read(query, http.Caller()),
        static (http, page) =>
        {
            JsonResults.LinkNext(http, page.Next);
            return JsonResults.NotStored(http, page);
        });

    private static Task<HttpResult> GetAsync(string keyId, HttpContext http) =>
        http.SendAsync(new GetApiKey(keyId, http.Caller()), JsonResults.NotStored);

    private static Task<HttpResult> IssueAsync(
        JsonBody<IssueKeyBody> body, HttpContext http, IHostEnvironment environment)
    {
        if (body.Content.Error is { } error)
        {
            return Refused(error);
        }

        var wanted = body.Content.Value;
        var role = Roles.Find(wanted.Role);
        return wanted.Role is not null && role is null
            ? Refused(ValidationError.Of("role", $"must be one of {string.Join(", ", Roles.Names)}"))
            : http.SendAsync(
                new CreateApiKey(
                    role, wanted.SellerId, wanted.OperatorId, wanted.Name, wanted.ExpiresAt, IsLive(environment)),
                Issued);
    }

    private static Task<HttpResult> RotateAsync(
        string keyId, JsonBody<RotateKeyBody> body, HttpContext http, IHostEnvironment environment) =>
        body.Content.Error is { } error
            ? Refused(error)
            : http.SendAsync(
                new RotateApiKey(
                    keyId,
                    http.Caller(),
                    http.CallerKeyId(),
                    body.Content.Value.OverlapSeconds ?? ApiKeyLimits.DefaultOverlapSeconds,
                    IsLive(environment)),
                Issued);

    private static Task<HttpResult> RevokeAsync(string keyId, HttpContext http) => http.SendAsync(
        query => new RevokeApiKey(
            keyId,
            http.Caller(),
            query.Choice(Successors, "false", ["true", "false"]) == "true"),
        static (http, _) =>
        {
            JsonResults.ForbidStoring(http);
            return TypedResults.NoContent();
        });

    private static HttpResult Issued(HttpContext http, IssuedApiKey issued)
    {
        http.Response.Headers.Location = References.From(http.Request, $"/api/v1/keys/{issued.Stored.Id}");
        return JsonResults.NotStored(http, IssuedKeyDocument.From(issued), StatusCodes.Status201Created);
    }

    /// <summary>Development has keys of its own kind, so that they are not mistaken for those of production.</summary>
    private static bool IsLive(IHostEnvironment environment) => !environment.IsDevelopment();

    private static Task<HttpResult> Refused(Error error) => Task.FromResult<HttpResult>(new ProblemResult(error));
}

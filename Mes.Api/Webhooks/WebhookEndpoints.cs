using Mes.Api.Http;
using Mes.Api.Webhooks.Bodies;
using Mes.Application.Orders;
using Mes.Application.Paging;
using Mes.Application.Webhooks;
using Mes.Application.Webhooks.ChangeWebhook;
using Mes.Application.Webhooks.DeleteWebhook;
using Mes.Application.Webhooks.GetWebhook;
using Mes.Application.Webhooks.ListDeliveries;
using Mes.Application.Webhooks.ListWebhooks;
using Mes.Application.Webhooks.RegisterWebhook;
using Mes.Application.Webhooks.ReplayDelivery;
using Mes.Application.Webhooks.ReplayFailedDeliveries;
using Mes.Application.Webhooks.RotateWebhookSecret;
using Mes.Application.Webhooks.TestWebhook;
using Mes.Domain.Callers;
using Mes.Domain.Results;
using Mes.Domain.Webhooks;
using Microsoft.Net.Http.Headers;
using HttpResult = Microsoft.AspNetCore.Http.IResult;

namespace Mes.Api.Webhooks;

/// <summary>Webhooks: register, change, test, look at the log, replay. No answer may be kept by a cache.</summary>
internal static class WebhookEndpoints
{
    private const string SellerId = "sellerId";

    private static readonly Role[] SellersAndAdmins = [Role.Seller, Role.Admin];

    public static void MapWebhooks(this IEndpointRouteBuilder api)
    {
        var webhooks = api.MapGroup("/webhooks").WithTags("Webhooks").IsNotStored();

        webhooks.MapPost("/", RegisterAsync).WithName("registerWebhook")
            .WithSummary("Have events sent to an address")
            .WithDescription(
                "Each event of your orders from now on is posted to `url`, by Standard Webhooks: `webhook-id`, "
                    + "`webhook-timestamp`, `webhook-signature`, and the event as the body. `secret` is shown in this "
                    + $"answer only. A seller has at most {WebhookLimits.PerSeller} webhooks. The address must be "
                    + "reachable from everywhere, by https.")
            .Produces<WebhookWithSecretDocument>(StatusCodes.Status201Created)
            .WithResponseHeaders(HeaderNames.Location)
            .WithProblems("too-many-webhooks", "webhooks-not-configured", "concurrent-change")
            .ForRoles(Role.Seller);

        webhooks.MapRead("/", ListAsync).WithName("listWebhooks").WithSummary("List webhooks, oldest first")
            .WithDescription("A seller sees its own; an administrator those of the seller that it names.")
            .Produces<WebhookList>()
            .WithQuery(new QueryParameter(
                SellerId, "Whose webhooks. Required of an administrator; a seller may name itself only.")
            {
                MinLength = 1,
                MaxLength = OrderLimits.SellerIdLength,
                Example = "alpha",
            })
            .ForRoles(SellersAndAdmins);

        webhooks.MapRead("/{webhookId}", GetAsync).WithName("getWebhook").WithSummary("Read a webhook")
            .WithDescription("A webhook of another seller is not there: the same 404 as for an id that never existed.")
            .Produces<WebhookDocument>()
            .ForRoles(Role.Seller);

        webhooks.MapPatch("/{webhookId}", ChangeAsync).WithName("changeWebhook").WithSummary("Change a webhook")
            .WithDescription(
                "What is absent stays. It counts everywhere within two seconds; a new `url` for what waits, too. "
                    + "Disabling drops what waits: it stands in the feed. An administrator may set `status` to "
                    + "`disabled`, and nothing else.")
            .Produces<WebhookDocument>()
            .WithProblems("concurrent-change")
            .ForRoles(SellersAndAdmins);

        webhooks.MapDelete("/{webhookId}", DeleteAsync).WithName("deleteWebhook").WithSummary("Delete a webhook")
            .WithDescription("What waits is not sent.")
            .Produces(StatusCodes.Status204NoContent)
            .WithProblems("concurrent-change")
            .ForRoles(Role.Seller);

        webhooks.MapPost("/{webhookId}/secret-rotation", RotateAsync).WithName("rotateWebhookSecret")
            .WithSummary("Replace a webhook's secret by a new one")
            .WithDescription(
                "`secret` is shown in this answer only. During the overlap each delivery has two signatures, separated "
                    + "by a blank: one by each secret. Without a body the overlap is a day. A secret from before that "
                    + "does not sign any more.")
            .Produces<WebhookWithSecretDocument>()
            .WithProblems("webhooks-not-configured", "concurrent-change")
            .ForRoles(Role.Seller);

        webhooks.MapPost("/{webhookId}/test", TestAsync).WithName("testWebhook").WithSummary("Send a test event")
            .WithDescription(
                "An event of type `webhook.test`, with `data: {}`, is sent once, whatever `types` says. " + Limited)
            .Produces<SentEvent>(StatusCodes.Status202Accepted)
            .WithProblems("webhook-not-enabled", "concurrent-change")
            .ForRoles(Role.Seller);

        webhooks.MapRead("/{webhookId}/deliveries", ListDeliveriesAsync).WithName("listDeliveries")
            .WithSummary("Read what was sent to a webhook, newest first")
            .WithDescription(
                "One row for each attempt; and one with `attempt` 0 for an event that was not tried yet (`waiting`) or "
                    + "is not tried any more (`dropped`). Kept for 30 days.")
            .Produces<DeliveryPage>()
            .WithResponseHeaders(HeaderNames.Link)
            .WithQuery(PagingQuery.Limit(PageLimits.ListDefault), PagingQuery.Cursor)
            .Costs(1, ofFullPage: 7)
            .ForRoles(Role.Seller);

        webhooks.MapPost("/{webhookId}/deliveries/{eventId}/replay", ReplayAsync).WithName("replayDelivery")
            .WithSummary("Send an event again")
            .WithDescription(
                "At once and out of turn, with the same `webhook-id`, once. An event that was never meant for the "
                    + "webhook is a 404. " + Limited)
            .Produces<SentEvent>(StatusCodes.Status202Accepted)
            .WithProblems("webhook-not-enabled", "concurrent-change")
            .ForRoles(Role.Seller);

        webhooks.MapPost("/{webhookId}/deliveries/replay", ReplayFailedAsync).WithName("replayFailedDeliveries")
            .WithSummary("Send again what failed")
            .WithDescription(
                "Every event that failed for good or was dropped since a time is sent again: in turn, those of an "
                    + "order in the order of its versions, and as often as a new one. " + Limited)
            .Produces<ReplayedDeliveries>(StatusCodes.Status202Accepted)
            .WithProblems("webhook-not-enabled", "concurrent-change")
            .ForRoles(Role.Seller);
    }

    private static string Limited =>
        $"At most {WebhookLimits.CallsPerWindow} tests and replays of a webhook may begin within a minute.";

    private static Task<HttpResult> RegisterAsync(JsonBody<RegisterWebhookBody> body, HttpContext http) =>
        body.Content.Error is { } error
            ? Refused(error)
            : http.SendAsync(
                new RegisterWebhook(
                    http.Caller(), body.Content.Value.Url, body.Content.Value.Types, body.Content.Value.Description),
                static (http, made) =>
                {
                    http.Response.Headers.Location =
                        References.From(http.Request, $"/api/v1/webhooks/{made.Webhook.Id:D}");
                    return JsonResults.NotStored(
                        http, WebhookWithSecretDocument.From(made), StatusCodes.Status201Created);
                });

    private static Task<HttpResult> ListAsync(HttpContext http) => http.SendAsync(
        query => new ListWebhooks(http.Caller(), query.Text(SellerId)), JsonResults.NotStored);

    private static Task<HttpResult> GetAsync(string webhookId, HttpContext http) =>
        http.SendAsync(new GetWebhook(webhookId, http.Caller()), JsonResults.NotStored);

    private static Task<HttpResult> ChangeAsync(
        string webhookId, JsonBody<ChangeWebhookBody> body, HttpContext http)
    {
        if (body.Content.Error is { } error)
        {
            return Refused(error);
        }

        var wanted = body.Content.Value;
        return http.SendAsync(
            new ChangeWebhook(
                webhookId,
                http.Caller(),
                wanted.Changed,
                wanted.Url,
                wanted.Types,
                wanted.Description,
                wanted.Status),
            JsonResults.NotStored);
    }

    private static Task<HttpResult> DeleteAsync(string webhookId, HttpContext http) => http.SendAsync(
        new DeleteWebhook(webhookId, http.Caller()),
        static (http, _) =>
        {
            JsonResults.ForbidStoring(http);
            return TypedResults.NoContent();
        });

    private static Task<HttpResult> RotateAsync(
        string webhookId, JsonBody<RotateWebhookSecretBody> body, HttpContext http) =>
        body.Content.Error is { } error
            ? Refused(error)
            : http.SendAsync(
                new RotateWebhookSecret(
                    webhookId, http.Caller(), body.Content.Value.OverlapSeconds ?? WebhookLimits.MaxOverlapSeconds),
                static (http, made) => JsonResults.NotStored(http, WebhookWithSecretDocument.From(made)));

    private static Task<HttpResult> TestAsync(string webhookId, JsonBody<NoBody> body, HttpContext http) =>
        body.Content.Error is { } error
            ? Refused(error)
            : http.SendAsync(new TestWebhook(webhookId, http.Caller()), Accepted);

    private static Task<HttpResult> ListDeliveriesAsync(string webhookId, HttpContext http) => http.SendAsync(
        query => new ListDeliveries(
            webhookId, http.Caller(), query.Integer("limit", PageLimits.ListDefault), query.Text("cursor")),
        static (http, page) =>
        {
            JsonResults.LinkNext(http, page.Next);
            return JsonResults.NotStored(http, page);
        });

    private static Task<HttpResult> ReplayAsync(
        string webhookId, string eventId, JsonBody<NoBody> body, HttpContext http) =>
        body.Content.Error is { } error
            ? Refused(error)
            : http.SendAsync(new ReplayDelivery(webhookId, eventId, http.Caller()), Accepted);

    private static Task<HttpResult> ReplayFailedAsync(
        string webhookId, JsonBody<ReplayFailedBody> body, HttpContext http) =>
        body.Content.Error is { } error
            ? Refused(error)
            : http.SendAsync(
                new ReplayFailedDeliveries(webhookId, http.Caller(), body.Content.Value.Since),
                static (http, replayed) =>
                    JsonResults.NotStored(http, replayed, StatusCodes.Status202Accepted));

    private static HttpResult Accepted(HttpContext http, SentEvent sent) =>
        JsonResults.NotStored(http, sent, StatusCodes.Status202Accepted);

    private static Task<HttpResult> Refused(Error error) => Task.FromResult<HttpResult>(new ProblemResult(error));
}

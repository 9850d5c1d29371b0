using Mes.Api.Http;
using Mes.Api.Orders.Bodies;
using Mes.Application.Messaging;
using Mes.Application.Orders;
using Mes.Application.Orders.ApproveOrder;
using Mes.Application.Orders.CancelOrder;
using Mes.Application.Orders.ClaimOrder;
using Mes.Application.Orders.CloseOrder;
using Mes.Application.Orders.CompleteOrder;
using Mes.Application.Orders.GetOrder;
using Mes.Application.Orders.GetOrderHistory;
using Mes.Application.Orders.GetOrderStatus;
using Mes.Application.Orders.GetOrderStatuses;
using Mes.Application.Orders.ListOrders;
using Mes.Application.Orders.PackageOrder;
using Mes.Application.Orders.PriceOrder;
using Mes.Application.Orders.RejectOrder;
using Mes.Application.Orders.ReleaseOrder;
using Mes.Application.Orders.ShipOrder;
using Mes.Application.Orders.SubmitOrder;
using Mes.Application.Paging;
using Mes.Application.Snapshots;
using Mes.Domain.Callers;
using Mes.Domain.Orders;
using Mes.Domain.Results;
using Microsoft.Net.Http.Headers;
using HttpResult = Microsoft.AspNetCore.Http.IResult;

namespace Mes.Api.Orders;

/// <summary>Orders: submit, read, change.</summary>
internal static class OrderEndpoints
{
    private static readonly Role[] Readers = [Role.Seller, Role.Operator, Role.Service];

    /// <summary>Of the rate limit: a request has one permit already.</summary>
    private const int IdsPerPermit = 10;

    private static readonly ProblemResult NotFound = new(OrderErrors.NotFound);

    public static void MapOrders(this IEndpointRouteBuilder api)
    {
        var orders = api.MapGroup("/orders").WithTags("Orders");

        orders.MapPost("/", SubmitAsync).WithName("submitOrder").WithSummary("Submit an order")
            .WithDescription(
                "The order starts in version 1. Its seller is the caller's. With an `Idempotency-Key` a lost answer can "
                    + "be asked for again: the same key and body make one order, and the answer is the order as it is "
                    + "now.")
            .Produces<OrderDocument>(StatusCodes.Status201Created)
            .WithResponseHeaders(HeaderNames.ETag, HeaderNames.Location, IdempotencyKeys.ReplayedHeader)
            .WithProblems(
                "duplicate-external-id",
                "concurrent-change",
                "idempotency-in-progress",
                "idempotency-key-reused")
            .WithMetadata(IdempotencyKeyMetadata.Instance)
            .ForRoles(Role.Seller);

        orders.MapRead("/", ListAsync).WithName("listOrders").WithSummary("List orders, a page at a time")
            .WithDescription(
                "A seller sees its own orders; operators and services see all. There is no total: follow `next` "
                    + "until it is null.")
            .Produces<OrderPage>()
            .WithResponseHeaders(CacheStatusHeader.Name, HeaderNames.Link)
            .WithQuery(OrderListQuery.Parameters)
            .Costs(1, ofFullPage: 7)
            .ForRoles(Readers);

        orders.MapRead("/{id}", GetAsync).WithName("getOrder").WithSummary("Read an order")
            .WithDescription(
                "For sellers, an order of another seller is not there: the same 404 as for an id that never existed.")
            .Produces<OrderDocument>().Produces(StatusCodes.Status304NotModified)
            .WithResponseHeaders(HeaderNames.ETag, CacheStatusHeader.Name)
            .ForRoles(Readers);

        orders.MapRead("/{id}/status", GetStatusAsync).WithName("getOrderStatus").WithSummary("Read an order's status")
            .WithDescription(
                "The call to poll: small, answered from the cache, and never old. Send the last `ETag` as "
                    + "`If-None-Match`.")
            .Produces<OrderStatusDocument>().Produces(StatusCodes.Status304NotModified)
            .WithResponseHeaders(HeaderNames.ETag, CacheStatusHeader.Name)
            .ForRoles(Readers);

        orders.MapRead("/{id}/history", GetHistoryAsync).WithName("getOrderHistory")
            .WithSummary("Read every change of an order, oldest first")
            .WithDescription(
                $"Without a limit, of an order with more than {PageLimits.HistoryDefault} changes the first {PageLimits.HistoryDefault}. Follow `next` until it is null.")
            .Produces<OrderHistory>()
            .WithResponseHeaders(HeaderNames.Link)
            .WithQuery(OrderHistoryQuery.Parameters)
            .Costs(2)
            .ForRoles(Readers);

        api.MapPost("/order-status-queries", GetStatusesAsync).WithTags("Orders").WithName("getOrderStatuses")
            .WithSummary("Read the statuses of up to 100 orders")
            .WithDescription(
                "For many orders at once what `GET /orders/{id}/status` is for one: answered from the cache, and never "
                    + "old. `items` has each order once, in the order of `ids`; `notFound` has the ids, as they were "
                    + "sent, that name no order which the caller may see.")
            .Produces<OrderStatusesDocument>()
            .WithResponseHeaders(CacheStatusHeader.Name)
            .Costs(5)
            .ForRoles(Readers);

        orders.MapChange<PriceBody>(OrderTransition.SetPrice, "priceOrder", "Set the price",
            (id, caller, ifMatch, body) => new PriceOrder(id, caller, ifMatch, body.Amount, body.Currency));
        orders.MapChange<NoBody>(OrderTransition.Approve, "approveOrder", "Approve the manufacturing",
            (id, caller, ifMatch, _) => new ApproveOrder(id, caller, ifMatch));
        orders.MapChange<NoBody>(OrderTransition.Claim, "claimOrder", "Take the order; exactly one operator wins",
            (id, caller, ifMatch, _) => new ClaimOrder(id, caller, ifMatch));
        orders.MapChange<ReasonBody>(OrderTransition.Release, "releaseOrder", "Give the order back",
            (id, caller, ifMatch, body) => new ReleaseOrder(id, caller, ifMatch, body.Reason));
        orders.MapChange<NoBody>(OrderTransition.Complete, "completeOrder", "The order has been made",
            (id, caller, ifMatch, _) => new CompleteOrder(id, caller, ifMatch));
        orders.MapChange<NoBody>(OrderTransition.Package, "packageOrder", "Start to pack the order",
            (id, caller, ifMatch, _) => new PackageOrder(id, caller, ifMatch));
        orders.MapChange<ShipmentBody>(OrderTransition.Ship, "shipOrder", "Hand the order to a carrier",
            (id, caller, ifMatch, body) => new ShipOrder(id, caller, ifMatch, body.Carrier, body.TrackingNumber));
        orders.MapChange<NoBody>(OrderTransition.Close, "closeOrder", "Close the order",
            (id, caller, ifMatch, _) => new CloseOrder(id, caller, ifMatch));
        orders.MapChange<ReasonBody>(OrderTransition.Cancel, "cancelOrder", "Cancel the order",
            (id, caller, ifMatch, body) => new CancelOrder(id, caller, ifMatch, body.Reason));
        orders.MapChange<ReasonBody>(OrderTransition.Reject, "rejectOrder", "Turn the order down",
            (id, caller, ifMatch, body) => new RejectOrder(id, caller, ifMatch, body.Reason));
    }

    /// <summary>
    /// A change is a POST to the sub-resource that the transition is named by, for the roles that may make it.
    /// </summary>
    internal static void MapChange<TBody>(
        this IEndpointRouteBuilder orders,
        OrderTransition transition,
        string name,
        string summary,
        Func<Guid, Caller, EntityTagCondition, TBody, IOrderCommand> command)
        where TBody : class =>
        orders.MapPost(
                $"/{{id}}/{transition.Name}",
                (string id, JsonBody<TBody> body, HttpContext http) => OfOrder(id, orderId =>
                {
                    var ifMatch = EntityTags.IfMatch(http.Request);
                    return (body.Content.Error ?? ifMatch.Error) is { } error
                        ? Refused(error)
                        : http.SendAsync(command(orderId, http.Caller(), ifMatch.Value, body.Content.Value), Changed);
                }))
            .WithName(name)
            .WithSummary(summary)
            .WithMetadata(new ChangeMetadata(transition))
            .Produces<OrderDocument>()
            .WithResponseHeaders(HeaderNames.ETag)
            .ForRoles(transition.Roles);

    private static Task<HttpResult> SubmitAsync(JsonBody<SubmitOrderBody> body, HttpContext http, TimeProvider clock)
    {
        var key = IdempotencyKeys.Read(http.Request);
        if ((body.Content.Error ?? key.Error) is { } error)
        {
            return Refused(error);
        }

        var submitted = body.Content.Value;
        var command = new SubmitOrder(
            Guid.CreateVersion7(clock.GetUtcNow()),
            http.Caller(),
            submitted.ExternalId,
            submitted.Model,
            submitted.Material,
            submitted.Quantity,
            submitted.DueAt,
            submitted.Notes,
            key.Value is { } value ? new IdempotencyKey(value, body.Hash()) : null);
        return http.SendAsync(command, Created);
    }

    private static OrderResult Created(HttpContext http, StatusChange change)
    {
        var order = OrderSnapshot.After(change);
        return new OrderResult(order, order.Json)
        {
            Status = StatusCodes.Status201Created,
            Location = References.From(http.Request, $"/api/v1/orders/{order.Id:D}"),
            IsReplayed = !change.Changed,
        };
    }

    private static OrderResult Changed(HttpContext http, StatusChange change)
    {
        var order = OrderSnapshot.After(change);
        return new OrderResult(order, order.Json);
    }

    private static Task GetAsync(string id, HttpContext http) => OrderIds.TryParse(id, out var orderId)
        ? http.AnswerAsync(
            new GetOrder(orderId, http.Caller()),
            static (_, order) => new OrderResult(order, order.Json) { IsConditional = true })
        : NotFound.ExecuteAsync(http);

    private static Task GetStatusAsync(string id, HttpContext http) => OrderIds.TryParse(id, out var orderId)
        ? http.AnswerAsync(
            new GetOrderStatus(orderId, http.Caller()),
            static (_, order) => new OrderResult(order, order.StatusJson) { IsConditional = true })
        : NotFound.ExecuteAsync(http);

    private static async Task<HttpResult> GetStatusesAsync(JsonBody<OrderStatusesBody> body, HttpContext http)
    {
        if (body.Content.Error is { } error)
        {
            return new ProblemResult(error);
        }

        var query = new GetOrderStatuses(body.Content.Value.Ids, http.Caller());
        if (query.Ids is { Count: <= OrderLimits.MaxBatch } ids
            && await RateLimitCharge.TakeMoreAsync(http, (ids.Count - 1) / IdsPerPermit) is { } refusal)
        {
            return refusal;
        }

        return await http.SendAsync(
            query, (http, orders) => JsonResults.Fresh(http, OrderStatusesDocument.Of(query, orders)));
    }

    private static Task<HttpResult> GetHistoryAsync(string id, HttpContext http) =>
        OfOrder(id, orderId => http.SendAsync(
        query => OrderHistoryQuery.Read(query, orderId, http.Caller()),
        static (http, history) => JsonResults.Page(http, history, history.Next)));

    private static Task<HttpResult> ListAsync(HttpContext http) => http.SendAsync(
        query => OrderListQuery.Read(query, http.Caller()), static (http, page) =>
            JsonResults.SharedPage(http, page.SharedJson, new { page.Next }, page.Next));

    /// <returns>The answer for the order that the path names; a 404 where what it says is not an id.</returns>
    private static Task<HttpResult> OfOrder(string id, Func<Guid, Task<HttpResult>> answer) =>
        OrderIds.TryParse(id, out var orderId) ? answer(orderId) : Refused(OrderErrors.NotFound);

    private static Task<HttpResult> Refused(Error error) => Task.FromResult<HttpResult>(new ProblemResult(error));
}

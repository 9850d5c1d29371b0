using MediatR;
using Mes.Api.Http;
using Mes.Api.Orders.Bodies;
using Mes.Application.Caching;
using Mes.Application.Json;
using Mes.Application.Messaging;
using Mes.Application.Orders.ApproveOrder;
using Mes.Application.Orders.CancelOrder;
using Mes.Application.Orders.ClaimOrder;
using Mes.Application.Orders.CloseOrder;
using Mes.Application.Orders.CompleteOrder;
using Mes.Application.Orders.GetOrder;
using Mes.Application.Orders.GetOrderHistory;
using Mes.Application.Orders.GetOrderStatus;
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

    public static void MapOrders(this IEndpointRouteBuilder api)
    {
        var orders = api.MapGroup("/orders").WithTags("Orders");

        orders.MapPost("/", SubmitAsync).WithName("submitOrder").WithSummary("Submit an order")
            .WithDescription("The order starts in version 1. Its seller is the caller's.")
            .Produces<OrderDocument>(StatusCodes.Status201Created)
            .WithResponseHeaders(HeaderNames.ETag, HeaderNames.Location)
            .WithProblems("duplicate-external-id", "concurrent-change")
            .ForRoles(Role.Seller);

        orders.MapRead("/", ListAsync).WithName("listOrders").WithSummary("List orders, a page at a time")
            .WithDescription("A seller sees its own orders; operators and services see all. There is no total: follow `next` until it is null.")
            .Produces<OrderPage>()
            .WithResponseHeaders(CacheStatusHeader.Name, HeaderNames.Link)
            .WithQuery(OrderListQuery.Parameters)
            .Costs(1, ofFullPage: 7)
            .ForRoles(Readers);

        orders.MapRead("/{id}", GetAsync).WithName("getOrder").WithSummary("Read an order")
            .WithDescription("For sellers, an order of another seller is not there: the same 404 as for an id that never existed.")
            .Produces<OrderDocument>().Produces(StatusCodes.Status304NotModified)
            .WithResponseHeaders(HeaderNames.ETag, CacheStatusHeader.Name)
            .ForRoles(Readers);

        orders.MapRead("/{id}/status", GetStatusAsync).WithName("getOrderStatus").WithSummary("Read an order's status")
            .WithDescription("The call to poll: small, answered from the cache, and never old. Send the last `ETag` as `If-None-Match`.")
            .Produces<OrderStatusDocument>().Produces(StatusCodes.Status304NotModified)
            .WithResponseHeaders(HeaderNames.ETag, CacheStatusHeader.Name)
            .ForRoles(Readers);

        orders.MapRead("/{id}/history", GetHistoryAsync).WithName("getOrderHistory").WithSummary("Read every change of an order, oldest first")
            .WithDescription($"Without a limit, of an order with more than {PageLimits.HistoryDefault} changes the first {PageLimits.HistoryDefault}. Follow `next` until it is null.")
            .Produces<OrderHistory>()
            .WithResponseHeaders(HeaderNames.Link)
            .WithQuery(OrderHistoryQuery.Parameters)
            .Costs(2)
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

    /// <summary>A change is a POST to the sub-resource that the transition is named by, for the roles that may make it.</summary>
    private static void MapChange<TBody>(
        this IEndpointRouteBuilder orders,
        OrderTransition transition,
        string name,
        string summary,
        Func<Guid, Caller, EntityTagCondition, TBody, IOrderCommand> command)
        where TBody : class =>
        orders.MapPost($"/{{id}}/{transition.Name}", async (string id, JsonBody<TBody> body, HttpContext http, IMediator mediator) =>
            {
                if (!TryParseId(id, out var orderId))
                {
                    return new ProblemResult(OrderErrors.NotFound);
                }

                var ifMatch = EntityTags.IfMatch(http.Request);
                if ((body.Content.Error ?? ifMatch.Error) is { } error)
                {
                    return new ProblemResult(error);
                }

                var result = await mediator.Send(command(orderId, http.Caller(), ifMatch.Value, body.Content.Value), http.RequestAborted);
                return Changed(result);
            })
            .WithName(name)
            .WithSummary(summary)
            .WithMetadata(new ChangeMetadata(transition))
            .Produces<OrderDocument>()
            .WithResponseHeaders(HeaderNames.ETag)
            .ForRoles(transition.Roles);

    private static async Task<HttpResult> SubmitAsync(
        JsonBody<SubmitOrderBody> body, HttpContext http, IMediator mediator, TimeProvider clock)
    {
        if (body.Content.Error is { } error)
        {
            return new ProblemResult(error);
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
            submitted.Notes);
        return Changed(await mediator.Send(command, http.RequestAborted), http);
    }

    /// <param name="created">The request that the order was submitted by; null for a change of an order that exists.</param>
    private static HttpResult Changed(Result<StatusChange> result, HttpContext? created = null)
    {
        if (!result.IsSuccess)
        {
            return new ProblemResult(result.Error);
        }

        var order = OrderSnapshot.From(result.Value.Order);
        return new OrderResult(order, order.Json)
        {
            Status = created is null ? StatusCodes.Status200OK : StatusCodes.Status201Created,
            Location = created is null ? null : References.From(created.Request, $"/api/v1/orders/{order.Id:D}"),
        };
    }

    private static Task<HttpResult> GetAsync(string id, HttpContext http, IMediator mediator, CacheReport report) =>
        ReadAsync(id, http, report, orderId => mediator.Send(new GetOrder(orderId, http.Caller()), http.RequestAborted), order => order.Json);

    private static Task<HttpResult> GetStatusAsync(string id, HttpContext http, IMediator mediator, CacheReport report) =>
        ReadAsync(id, http, report, orderId => mediator.Send(new GetOrderStatus(orderId, http.Caller()), http.RequestAborted), StatusBytes);

    private static async Task<HttpResult> ReadAsync(
        string id,
        HttpContext http,
        CacheReport report,
        Func<Guid, Task<Result<OrderSnapshot>>> send,
        Func<OrderSnapshot, ReadOnlyMemory<byte>> body)
    {
        if (!TryParseId(id, out var orderId))
        {
            return new ProblemResult(OrderErrors.NotFound);
        }

        var result = await send(orderId);
        if (!result.IsSuccess)
        {
            return new ProblemResult(result.Error);
        }

        CacheStatusHeader.Write(http, report);
        return new OrderResult(result.Value, body(result.Value)) { IsConditional = true };
    }

    private static ReadOnlyMemory<byte> StatusBytes(OrderSnapshot order) =>
        System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(OrderStatusDocument.From(order), MesJson.Options);

    private static async Task<HttpResult> GetHistoryAsync(string id, HttpContext http, IMediator mediator, CacheReport report)
    {
        if (!TryParseId(id, out var orderId))
        {
            return new ProblemResult(OrderErrors.NotFound);
        }

        var query = new QueryReader(http.Request);
        var history = OrderHistoryQuery.Read(query, orderId, http.Caller());
        if (query.Error is { } error)
        {
            return new ProblemResult(error);
        }

        var result = await mediator.Send(history, http.RequestAborted);
        return result.IsSuccess ? JsonResults.Page(http, report, result.Value, result.Value.Next) : new ProblemResult(result.Error);
    }

    private static async Task<HttpResult> ListAsync(HttpContext http, IMediator mediator, CacheReport report)
    {
        var query = new QueryReader(http.Request);
        var list = OrderListQuery.Read(query, http.Caller());
        if (query.Error is { } error)
        {
            return new ProblemResult(error);
        }

        var result = await mediator.Send(list, http.RequestAborted);
        return result.IsSuccess ? JsonResults.Page(http, report, result.Value, result.Value.Next) : new ProblemResult(result.Error);
    }

    /// <summary>A malformed id names no order. The framework alone would also take spaces around it, and signs within.</summary>
    private static bool TryParseId(string id, out Guid orderId)
    {
        Span<char> canonical = stackalloc char[36];
        return Guid.TryParseExact(id, "D", out orderId)
            && orderId.TryFormat(canonical, out _)
            && canonical.Equals(id, StringComparison.OrdinalIgnoreCase);
    }
}

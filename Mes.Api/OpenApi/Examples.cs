using System.Text.Json;
using System.Text.Json.Nodes;
using Mes.Api.Events;
using Mes.Api.Health;
using Mes.Api.Hosting;
using Mes.Api.Http;
using Mes.Api.Keys;
using Mes.Api.Keys.Bodies;
using Mes.Api.Orders.Bodies;
using Mes.Api.Sessions;
using Mes.Api.Sessions.Bodies;
using Mes.Api.Webhooks;
using Mes.Api.Webhooks.Bodies;
using Mes.Application.ApiKeys;
using Mes.Application.Board;
using Mes.Application.Board.GetBoard;
using Mes.Application.Board.GetBoardColumn;
using Mes.Application.Events;
using Mes.Application.Events.GetEvents;
using Mes.Application.Json;
using Mes.Application.Orders.GetOrderHistory;
using Mes.Application.Orders.GetOrderStatuses;
using Mes.Application.Orders.ListOrders;
using Mes.Application.Orders.SubmitOrder;
using Mes.Application.Snapshots;
using Mes.Application.Webhooks;
using Mes.Application.Webhooks.ListDeliveries;
using Mes.Application.Webhooks.ReplayFailedDeliveries;
using Mes.Domain.Callers;
using Mes.Domain.Orders;
using Mes.Domain.Webhooks;

namespace Mes.Api.OpenApi;

/// <summary>Examples from the life of one order, serialised like real responses.</summary>
internal static class Examples
{
    public const OrderStatus ColumnStatus = OrderStatus.ManufacturingStarted;

    private const string UnknownId = "019c131b-0000-7000-8000-000000000000";
    private const string Reason = "The model cannot be made from this material.";
    private const string Sha256 = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

    private static readonly DateTimeOffset SubmittedAt = new(2026, 1, 31, 8, 5, 9, 40, TimeSpan.Zero);
    private static readonly DateTimeOffset DueAt = new(2026, 2, 14, 16, 0, 0, TimeSpan.Zero);

    /// <summary>The statuses of an order that is never cancelled or rejected.</summary>
    private static readonly OrderStatus[] Story =
        [.. OrderStatuses.All.Where(status => status is not (OrderStatus.Cancelled or OrderStatus.Rejected))];

    public static Guid EventId { get; } = Guid.Parse("5d0f8f0e-6b0c-4f0e-9a57-3f2f4a0c9b11");

    public static Guid WebhookId { get; } = Guid.Parse("019c131b-7a02-7f10-8b5e-2c9d4e6f7a81");

    private const string WebhookUrl = "https://shop.example/hooks/orders";

    private static readonly string[] WebhookTypes =
        [FeedEvent.TypeOf(OrderStatus.Shipped), FeedEvent.TypeOf(OrderStatus.Closed)];

    private static WebhookDocument Webhook => new(
        WebhookId, WebhookUrl, WebhookTypes, "shop, production", "enabled", null, SubmittedAt);

    public const string KeyId = "k3f9a0c41d7e8b52";

    private static ApiKeyDocument Key => new(
        KeyId, "seller", "alpha", null, "shop, production", null, SubmittedAt, DueAt, null, null);

    public static Guid OrderId { get; } = Guid.Parse("019c131b-4d68-7c3e-9a41-5f0b6d2e8c17");

    /// <param name="status">For an order: the status to show it in.</param>
    /// <param name="answer">
    /// For what has several answers: the path without the leading slash, a space, the HTTP status.
    /// </param>
    /// <exception cref="NotSupportedException">There is no example of this type here.</exception>
    public static JsonNode Of(Type type, OrderStatus? status = null, string? answer = null) =>
        Write(Value(type, status, answer));

    /// <summary>As real answers are written.</summary>
    public static JsonNode Write(object example) =>
        JsonSerializer.SerializeToNode(example, example.GetType(), MesJson.Options)!;

    private static object Value(Type type, OrderStatus? status, string? answer) => type.Name switch
    {
        nameof(NoBody) => NoBody.Instance,
        nameof(SubmitOrderBody) => new SubmitOrderBody(
            "PO-2026-0042", new SubmittedModel("bracket.stl", Sha256, 12_480), "PA12", 25, DueAt, "Deburr the edges."),
        nameof(OrderStatusesBody) => new OrderStatusesBody([OrderId.ToString("D"), UnknownId]),
        nameof(OrderStatusesDocument) => new OrderStatusesDocument([StatusOf(Order(ColumnStatus))], [UnknownId]),
        nameof(PriceBody) => new PriceBody(129.5m, "EUR"),
        nameof(ReasonBody) => new ReasonBody(Reason),
        nameof(ShipmentBody) => new ShipmentBody("DHL", "JD014600006281230704"),
        nameof(OrderDocument) => Order(status
            ?? (answer?.EndsWith("201", StringComparison.Ordinal) == true ? OrderStatus.Submitted : ColumnStatus)),
        nameof(OrderStatusDocument) => StatusOf(Order(ColumnStatus)),
        nameof(OrderPage) => new OrderPage([Snapshot(ColumnStatus)], PagingQuery.Cursor.Example),
        nameof(OrderHistory) => new OrderHistory("alpha", [.. Story.Take(4).Select(Entry)]),
        nameof(BoardView) => new BoardView(
            OrderStatuses.Active.ToDictionary(status => status, status => status == ColumnStatus ? 1 : 0),
            [.. OrderStatuses.Active.Select(status =>
                status == ColumnStatus
                ? new BoardColumn(status, Order(status).StatusChangedAt, [Snapshot(status)])
                : new BoardColumn(status, null, []))],
            SubmittedAt.AddDays(1)),
        nameof(BoardColumnPage) => new BoardColumnPage([Snapshot(ColumnStatus)], null, 1),
        nameof(IssueKeyBody) => new IssueKeyBody("seller", "alpha", null, "shop, production", null),
        nameof(RotateKeyBody) => new RotateKeyBody { OverlapSeconds = ApiKeyLimits.DefaultOverlapSeconds },
        nameof(ApiKeyDocument) => Key,
        nameof(ApiKeyPage) => new ApiKeyPage([Key], PagingQuery.Cursor.Example),
        nameof(IssuedKeyDocument) => new IssuedKeyDocument(
            Key.Id, Key.Role, Key.SellerId, null, Key.Name, null, Key.CreatedAt, null, null, null,
            $"mes_live_{KeyId}_dGhpcyBpcyBhbiBleGFtcGxlLCBub3QgYSBzZWNyZXQ"),
        nameof(EventDocument) => Event(ColumnStatus),
        nameof(EventPage) => new EventPage([Event(ColumnStatus)], EventQuery.CursorExample, false, default),
        nameof(OpenSessionBody) => new OpenSessionBody(
            $"mes_live_{KeyId}_dGhpcyBpcyBhbiBleGFtcGxlLCBub3QgYSBzZWNyZXQ", false),
        nameof(SessionDocument) => new SessionDocument(
            "operator",
            "anna",
            false,
            SubmittedAt.AddHours(12),
            OrderStatuses.Active.ToDictionary(active => active, _ => new AgeingThresholds(3600, 14_400))),
        nameof(RegisterWebhookBody) => new RegisterWebhookBody(WebhookUrl, WebhookTypes, "shop, production"),
        // What is absent stays, so the example has nothing that is null.
        nameof(ChangeWebhookBody) => new Dictionary<string, string> { ["status"] = "disabled" },
        nameof(RotateWebhookSecretBody) => new RotateWebhookSecretBody
        {
            OverlapSeconds = WebhookLimits.MaxOverlapSeconds,
        },
        nameof(ReplayFailedBody) => new ReplayFailedBody(SubmittedAt),
        nameof(WebhookDocument) => Webhook,
        nameof(WebhookList) => new WebhookList([Webhook]),
        nameof(WebhookWithSecretDocument) => WebhookWithSecretDocument.From(
            new WebhookWithSecret(Webhook, "whsec_dGhpcyBpcyBhbiBleGFtcGxlLCBub3QgYSBzZWNyZXQ=")),
        nameof(SentEvent) => new SentEvent(EventId),
        nameof(ReplayedDeliveries) => new ReplayedDeliveries(12),
        nameof(DeliveryPage) => new DeliveryPage(
            [
                new DeliveryDocument(
                    EventId, FeedEvent.TypeOf(OrderStatus.Shipped), 1, SubmittedAt, "failed", 503, 240, "status",
                    SubmittedAt.AddSeconds(5)),
            ],
            PagingQuery.Cursor.Example),
        nameof(HealthReport) => Health(answer),
        _ => throw new NotSupportedException(
            $"{type.Name} has no example: give the endpoint one by WithExample(…), or add it to Mes.Api/OpenApi/Examples.cs."),
    };

    private static OrderDocument Order(OrderStatus status)
    {
        // A cancelled or rejected order has left its first status directly.
        var step = Array.IndexOf(Story, status) is >= 0 and var index ? index : 1;
        var changedAt = SubmittedAt.AddHours(step);
        return new OrderDocument(
            OrderId,
            "alpha",
            "PO-2026-0042",
            new Model3D("bracket.stl", Sha256, 12_480),
            "PA12",
            25,
            DueAt,
            "Deburr the edges.",
            Reached(OrderStatus.PriceCalculated) ? new Price(129.5m, "EUR") : null,
            Reached(OrderStatus.ManufacturingStarted) ? "anna" : null,
            Reached(OrderStatus.Shipped) ? new Shipment("DHL", "JD014600006281230704") : null,
            status,
            step + 1,
            SubmittedAt,
            changedAt,
            changedAt);

        bool Reached(OrderStatus earlier) => Story.Contains(status) && status >= earlier;
    }

    private static OrderStatusDocument StatusOf(OrderDocument order) =>
        new(order.Id, order.Status, order.Version, order.StatusChangedAt);

    private static OrderSnapshot Snapshot(OrderStatus status) => OrderSnapshot.From(Order(status));

    private static OrderHistoryEntry Entry(OrderStatus to, int step) => new(
        step + 1,
        step == 0 ? null : Story[step - 1],
        to,
        to switch
        {
            OrderStatus.Submitted => "seller:alpha",
            OrderStatus.ManufacturingStarted => "operator:anna",
            _ =>
            "service:crm"
        },
        SubmittedAt.AddHours(step),
        null);

    private static EventDocument Event(OrderStatus status)
    {
        var order = Order(status);
        return new EventDocument(
            EventId,
            FeedEvent.TypeOf(status),
            order.UpdatedAt,
            new EventData(
                order.Id, order.ExternalId, order.SellerId, order.Version, Story[order.Version - 2], status));
    }

    private static HealthReport Health(string? answer)
    {
        var nothing = new Dictionary<string, string>();
        return answer switch
        {
            "health/live 200" => new HealthReport("alive", null, nothing, []),
            "health/ready 503" => new HealthReport("starting", "the database", nothing, []),
            _ => new HealthReport(
                "degraded", null, new Dictionary<string, string> { ["cache"] = "does not answer" }, []),
        };
    }
}

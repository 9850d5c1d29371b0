using Mes.Api.Http;
using Mes.Application.Orders;
using Mes.Application.Orders.ListOrders;
using Mes.Application.Paging;
using Mes.Application.Snapshots;
using Mes.Domain.Callers;
using Mes.Domain.Orders;

namespace Mes.Api.Orders;

/// <summary>The query parameters of the list of orders.</summary>
internal static class OrderListQuery
{
    public static QueryParameter[] Parameters { get; } =
    [
        new("status", "Only orders in these statuses, separated by commas.")
        {
            Values = [.. OrderStatuses.All.Select(status => status.Name())],
            IsList = true,
            Example = "SUBMITTED,PRICE_CALCULATED",
        },
        new("externalId", "Only the order with this seller's reference.")
        {
            MinLength = 1, MaxLength = OrderLimits.ExternalIdLength, Example = "PO-2026-0042",
        },
        new(
            "updatedSince",
            "Only orders changed at or after this time (RFC 3339). When catching up, overlap a little: a change "
                + "that took long to commit has the time at which it began.")
        {
            Format = "date-time", Example = "2026-01-31T08:05:09.040Z",
        },
        new(
            "sort",
            "By the time of the last change or of the submission; a minus puts the newest first. Ties are broken by "
            + "id.")
        {
            Values = OrderSort.Names, Default = "-updatedAt", Example = "-updatedAt",
        },
        PagingQuery.Limit(PageLimits.ListDefault),
        PagingQuery.Cursor,
        new("sellerId", "Only this seller's orders. For operators and services.")
        {
            MinLength = 1, MaxLength = OrderLimits.SellerIdLength, Example = "alpha",
        },
    ];

    public static ListOrders Read(QueryReader query, Caller caller) => new(
        caller,
        query.Statuses("status"),
        query.Text("externalId"),
        query.Time("updatedSince"),
        query.Text("sellerId"),
        query.Choice("sort", OrderSort.Default, OrderSort.Names, OrderSort.Find),
        query.Integer("limit", PageLimits.ListDefault),
        query.Text("cursor"));
}

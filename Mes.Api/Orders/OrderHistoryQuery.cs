using System.Globalization;
using Mes.Api.Http;
using Mes.Application.Orders.GetOrderHistory;
using Mes.Application.Paging;
using Mes.Domain.Callers;

namespace Mes.Api.Orders;

/// <summary>The query parameters of an order's history.</summary>
internal static class OrderHistoryQuery
{
    public static QueryParameter[] Parameters { get; } =
    [
        PagingQuery.Limit(PageLimits.ListDefault) with
        {
            Description = string.Create(
                CultureInfo.InvariantCulture, $"The most changes on a page; {PageLimits.HistoryDefault} if absent."),
            Default = null,
        },
        PagingQuery.Cursor with
        {
            Description = "The `next` of the previous page, for the same order and the same caller.",
        },
    ];

    public static GetOrderHistory Read(QueryReader query, Guid orderId, Caller caller) =>
        new(orderId, caller, query.Integer("limit"), query.Text("cursor"));
}

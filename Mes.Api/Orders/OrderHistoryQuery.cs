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
            Description = string.Create(CultureInfo.InvariantCulture, $"How many changes a page has at most; {PageLimits.HistoryDefault} where it is not given."),
            Default = null,
        },
        PagingQuery.Cursor with { Description = "The `next` of the page before, of the same order for the same caller." },
    ];

    public static GetOrderHistory Read(QueryReader query, Guid orderId, Caller caller) =>
        new(orderId, caller, query.Integer("limit"), query.Text("cursor"));
}
